import { readTerms } from '../db/rule-terms.ts';
import type { WhyCommission } from '../db/queries/why-commission.ts';
import type { CommissionKind } from '../domain/commission.ts';
import { formatMoney } from '../domain/money.ts';
import type { WhyStep } from '../domain/rules/conversion.ts';
import { effectiveTerms } from '../domain/rules/effective.ts';
import { explainEarning } from '../domain/rules/explain.ts';

/** How a commission came about, step by step; the last one is what it books. */
export function whySteps(row: WhyCommission): WhyStep[] {
  if (row.month !== null) return [...monthSteps(row), bookedStep(row)];
  if (row.revision !== null) return [...conversionSteps(row), bookedStep(row)];
  return [{ step: 'given', text: sentenceOf(row), amountMinor: row.amount_minor }];
}

function conversionSteps(row: WhyCommission): WhyStep[] {
  const amountMinor = row.conversion_minor ?? 0n;
  return explainEarning({
    conversion: {
      currency: row.currency,
      amountMinor,
      occurredAt: row.occurred_at?.getTime() ?? 0,
      clickedAt: row.clicked_at?.getTime() ?? null,
    },
    terms: row.terms === null ? null : effectiveTerms([readTerms(row.terms)]),
    earning: {
      code: row.code,
      countedMinor: row.counted_minor ?? 0n,
      commissionMeasure: row.commission_measure ?? 0n,
      feeMeasure: row.fee_measure ?? 0n,
      grossMinor: row.gross_minor ?? 0n,
      feeMinor: row.fee_minor ?? 0n,
      netMinor: row.net_minor ?? 0n,
    },
  });
}

function monthSteps(row: WhyCommission): WhyStep[] {
  const [fees, minimum, charge] = [row.fees_minor, row.minimum_minor, row.charge_minor].map(
    (minor) => minor ?? 0n,
  ) as [bigint, bigint, bigint];
  const month = row.month?.slice(0, 7) ?? '';
  const money = (minor: bigint) => formatMoney(minor, row.currency);
  return [
    { step: 'fees', text: `The fees of ${month} came to ${money(fees)}.`, amountMinor: fees },
    {
      step: 'minimum',
      text: `The fees of a month with conversions come to at least ${money(minimum)}.`,
      amountMinor: minimum,
    },
    { step: 'charge', text: `${money(charge)} is charged on top of them.`, amountMinor: charge },
  ];
}

function bookedStep(row: WhyCommission): WhyStep {
  const money = (minor: bigint) => formatMoney(minor, row.currency);
  const before = row.before_minor ?? 0n;
  const booked = money(row.amount_minor);
  const text =
    row.revision === 1
      ? `So ${booked} is booked.`
      : `Before that it came to ${money(before)}, so ${booked} is booked.`;
  return { step: 'booked', text, amountMinor: row.amount_minor };
}

const SENTENCES: Record<CommissionKind, string> = {
  commission: 'The platform gave this commission itself; nothing was calculated.',
  adjustment: 'The platform gave this adjustment itself; nothing was calculated.',
  clawback: 'This takes back what was earned before.',
  minimum_fee: 'The minimum fee of a month.',
  write_off: 'A person wrote off what the affiliate owed.',
  ad_hoc: 'It was given with a list of quick payments.',
  part: 'Part of an amount above the most that one payment may carry: all parts of it sum to zero.',
};

function sentenceOf(row: WhyCommission): string {
  if (row.release_id !== null && row.reverses === null)
    return 'The share of an escrow release; the release says how it was divided.';
  if (row.reverses !== null) return `This takes back the earning ${row.reverses}.`;
  return SENTENCES[row.kind];
}
