import { moneyOf } from '../money.ts';
import { paymentsByState } from '../output/render-batch.ts';
import type { Style } from '../output/style.ts';
import { pairs } from '../output/table.ts';
import type { JobReport } from './report.ts';
import { seconds } from './steps.ts';

/** The summary of a run: what was paid, how fast, and whether the books agree. */
export function summaryText(report: JobReport, style: Style): string {
  const { batch, historyEvents, milliseconds, paymentsPerSecond, firstPaymentAfterMs } = report;
  const facts = pairs([
    [
      'amount',
      `${moneyOf(batch.amounts['COMPLETED'] ?? 0, batch.currency)} paid in ${batch.currency}`,
    ],
    ['chunks', String(batch.chunkCount)],
    ['history events', historyEvents === null ? 'unknown' : String(historyEvents)],
    ['time', `${seconds(milliseconds)} from execution to the end of the batch`],
    ['payments per second', String(paymentsPerSecond)],
    [
      'first payment',
      firstPaymentAfterMs === null ? 'none' : `${seconds(firstPaymentAfterMs)} after the start`,
    ],
  ]);
  return `\n${paymentsByState(batch, style)}\n\n${facts}\n\n${agreementText(report, style)}`;
}

function agreementText({ books, agree, batch, verify }: JobReport, style: Style): string {
  const sum = (amount: number) => moneyOf(amount, batch.currency);
  const { ledger, payments, simulator } = books;
  const broken = verify.invariants.filter(({ breaches }) => breaches > 0);
  if (agree) {
    return `${style.good('✔ The books agree')} to the minor unit: our ledger, our payments and the provider's ledger each say ${style.bold(sum(payments))}.\n  ${verify.invariants.length} invariants hold; nobody was paid twice.`;
  }
  return [
    `${style.bad('✘ The books do not agree')}: our ledger says ${sum(ledger)}, our payments ${sum(payments)}, the provider's ledger ${sum(simulator)}.`,
    ...broken.map(({ id, title, breaches }) => `  ${id}: ${breaches} breaches of "${title}"`),
    '  Next: bursar verify',
  ].join('\n');
}
