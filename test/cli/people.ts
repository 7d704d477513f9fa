import { writeFileSync } from 'node:fs';
import path from 'node:path';

/** Files of a few payees with one commission each, in the format of the importer. */
export function csvFiles(dir: string, name: string, payees: number, amount = '10.00') {
  const ids = Array.from({ length: payees }, (_, index) => `${name}-${index + 1}`);
  const affiliates = path.join(dir, `${name}-affiliates.csv`);
  const commissions = path.join(dir, `${name}-commissions.csv`);
  writeFileSync(
    affiliates,
    [
      'external_id,full_name,email,country,currency,provider,account_ref,kyc_status',
      ...ids.map((id) => `${id},Payee ${id},${id}@mail.example,US,USD,mock,acct-${id},APPROVED`),
      '',
    ].join('\n'),
  );
  writeFileSync(
    commissions,
    [
      'external_id,affiliate_external_id,amount,currency,status,earned_at,description',
      ...ids.map((id) => `com-${id},${id},${amount},USD,APPROVED,2026-10-01,Team plan`),
      '',
    ].join('\n'),
  );
  return { affiliates, commissions };
}
