import type { JobData } from './data.ts';
import { csvLine } from './csv-line.ts';

const COUNTRIES = ['US', 'GB', 'DE', 'BR', 'IN', 'NG', 'PH', 'PL'];
const EARNED_AT = '2026-10-15';

/**
 * `payments` payees with one commission each, between USD 5.00 and 504.99. Each run has payees of its
 * own: paying the same ones twice in a day would need somebody's approval for what both come to.
 */
export function generatedData(payments: number, run: number): JobData {
  const affiliates: string[] = [
    csvLine([
      'external_id',
      'full_name',
      'email',
      'country',
      'currency',
      'provider',
      'account_ref',
      'kyc_status',
    ]),
  ];
  const commissions: string[] = [
    csvLine([
      'external_id',
      'affiliate_external_id',
      'amount',
      'currency',
      'status',
      'earned_at',
      'description',
    ]),
  ];
  for (let number = 1; number <= payments; number += 1) {
    const name = String(number).padStart(7, '0');
    const payee = `made-${run}-${name}`;
    const country = COUNTRIES[number % COUNTRIES.length] ?? 'US';
    affiliates.push(
      csvLine([
        payee,
        `Payee ${name}`,
        `${payee}@payees.example`,
        country,
        'USD',
        'mock',
        `acct-${payee}`,
        'APPROVED',
      ]),
    );
    commissions.push(
      csvLine([
        `${payee}-earned`,
        payee,
        amountOf(number),
        'USD',
        'APPROVED',
        EARNED_AT,
        `Made for run ${run}`,
      ]),
    );
  }
  return {
    from: `${payments} made payees`,
    affiliatesCsv: affiliates.join(''),
    commissionsCsv: commissions.join(''),
  };
}

/** Spread over the range by a step that shares no factor with it; whole cents, no floats. */
function amountOf(number: number): string {
  const cents = 500 + ((number * 7_919) % 50_000);
  return `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`;
}
