import type { Debt, Hold } from '../answers/holds.ts';
import { moneyOf } from '../money.ts';
import type { Style } from './style.ts';
import { table } from './table.ts';

/** Holds, one a line. */
export function holdTable(holds: readonly Hold[], style: Style): string {
  if (holds.length === 0) return 'No holds.';
  return table(
    [
      { title: 'ID' },
      { title: 'STATE' },
      { title: 'ON' },
      { title: 'KIND' },
      { title: 'OWNER' },
      { title: 'UNTIL' },
      { title: 'REASON' },
    ],
    holds.map((hold) => [
      hold.id,
      hold.active ? style.warn('held') : style.good('released'),
      hold.subjectId,
      hold.kind,
      hold.owner,
      hold.expiresAt ?? '',
      hold.reason,
    ]),
    style.dim,
  );
}

/** Debts, one a line. */
export function debtTable(debts: readonly Debt[], style: Style): string {
  if (debts.length === 0) return 'No debts.';
  return table(
    [
      { title: 'AFFILIATE' },
      { title: 'NAME' },
      { title: 'OWES', right: true },
      { title: 'SINCE' },
      { title: 'DAYS', right: true },
      { title: 'COMMISSIONS', right: true },
    ],
    debts.map((debt) => [
      debt.affiliateId,
      debt.fullName,
      moneyOf(debt.amount, debt.currency),
      debt.since?.slice(0, 10) ?? '',
      String(debt.ageDays ?? ''),
      String(debt.commissionCount),
    ]),
    style.dim,
  );
}
