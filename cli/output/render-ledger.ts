import type { Balance, LedgerCheck, Line } from '../answers/ledger.ts';
import { moneyOf } from '../money.ts';
import type { Style } from './style.ts';
import { table } from './table.ts';

/** What stands in each account, one a line. */
export function balanceTable(balances: readonly Balance[], style: Style): string {
  if (balances.length === 0) return 'No entries.';
  return table(
    [
      { title: 'ACCOUNT' },
      { title: 'TYPE' },
      { title: 'DEBIT', right: true },
      { title: 'CREDIT', right: true },
      { title: 'BALANCE', right: true },
    ],
    balances.map(({ account, type, currency, debit, credit, balance }) => [
      account,
      type ?? style.bad('unknown'),
      moneyOf(debit, currency),
      moneyOf(credit, currency),
      sidedText(balance, currency),
    ]),
    style.dim,
  );
}

/** Lines of entries; what is the same in all lines of an entry stands in the first. */
export function lineTable(lines: readonly Line[], style: Style): string {
  if (lines.length === 0) return 'No entries.';
  return table(
    [
      { title: 'ENTRY' },
      { title: 'ACCOUNT' },
      { title: 'DEBIT', right: true },
      { title: 'CREDIT', right: true },
      { title: 'PAYEE' },
      { title: 'WHEN' },
      { title: 'CORRECTS' },
    ],
    lines.map((line, place) => {
      const first = lines[place - 1]?.entryId !== line.entryId;
      const amount = moneyOf(line.amount, line.currency);
      return [
        first ? line.entryId : '',
        line.account,
        line.side === 'debit' ? amount : '',
        line.side === 'credit' ? amount : '',
        line.payeeId ?? '',
        first ? line.createdAt : '',
        first ? (line.corrects ?? '') : '',
      ];
    }),
    style.dim,
  );
}

/** What the check found: one sentence, and below it what differs. */
export function checkText(check: LedgerCheck, style: Style): string {
  const { balanced, entries, differences, derived } = check;
  if (balanced) return style.good(`All ${entries} entries balance and agree with what is stored.`);
  const off = table(
    [{ title: 'ENTRY' }, { title: 'OFF BY', right: true }],
    differences.map(({ entryId, currency, difference }) => [
      entryId,
      sidedText(difference, currency),
    ]),
    style.dim,
  );
  const told = table(
    [
      { title: 'WHAT' },
      { title: 'WHICH' },
      { title: 'ACCOUNT' },
      { title: 'BY THE BOOKS', right: true },
      { title: 'STORED', right: true },
    ],
    derived.map(({ what, entryId, payeeId, account, currency, derived: booked, stored }) => [
      what,
      entryId ?? payeeId ?? '',
      account,
      sidedText(booked, currency),
      sidedText(stored, currency),
    ]),
    style.dim,
  );
  return [
    style.bad(
      `Entries out of balance: ${differences.length} of ${entries}. Amounts other than stored: ${derived.length}.`,
    ),
    ...(differences.length === 0 ? [] : [off]),
    ...(derived.length === 0 ? [] : [told]),
  ].join('\n\n');
}

/** An amount that is debit less credit, with the side that is larger. */
function sidedText(balance: number, currency: string): string {
  const amount = moneyOf(Math.abs(balance), currency);
  if (balance === 0) return amount;
  return `${amount} ${balance > 0 ? 'debit' : 'credit'}`;
}
