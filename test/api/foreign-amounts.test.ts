import { expect, test } from 'vitest';
import { commissionsFrom, sheet } from './support/foreign.ts';
import { importsOf } from './support/imports.ts';
import { useTestApi } from './support/test-api.ts';

const api = useTestApi();
const { importCsv, codes } = importsOf(api);

test('FirstPromoter: promoters without a country of their own, commissions by email and in money only', async () => {
  await importCsv(
    'firstpromoter-promoters',
    sheet(['id', 'email', 'name'], ['77', 'Linus@mail.example', 'Linus T']),
    '&country=FI&currency=EUR',
  );
  const text = sheet(
    ['id', 'status', 'amount', 'unit', 'is_paid', 'created_at', 'promoter_email', 'sale_amount'],
    [
      '1',
      'approved',
      '14.70',
      'cash',
      'false',
      '2025-10-05T09:15:05Z',
      'linus@MAIL.example',
      '49.00',
    ],
    [
      '2',
      'approved',
      '14.70',
      'cash',
      'true',
      '2025-10-05T09:15:05Z',
      'linus@mail.example',
      '49.00',
    ],
    [
      '3',
      'approved',
      '3',
      'free_months',
      'false',
      '2025-10-05T09:15:05Z',
      'linus@mail.example',
      '',
    ],
    ['4', 'denied', '14.70', 'cash', 'false', '2025-10-05T09:15:05Z', 'linus@mail.example', ''],
    ['5', 'pending', '14.70', 'cash', 'false', '2025-10-05T09:15:05Z', 'linus@mail.example', ''],
  );
  const mixed = await importCsv('firstpromoter-commissions', text, '&currency=EUR');
  expect(codes(mixed)).toEqual(['1 amount mixed_amounts']);
  const answer = await importCsv(
    'firstpromoter-commissions',
    text.replace(',3,free', ',3.00,free'),
    '&currency=EUR',
  );
  expect(answer.body).toMatchObject({ accepted: 1, skipped: 4, totals: { EUR: 1_470 } });
  expect(await commissionsFrom(api, 'firstpromoter')).toMatchObject([
    { affiliate: 'firstpromoter:77', amount: 1_470, currency: 'EUR', status: 'APPROVED' },
  ]);
});

test('Dub: its columns as it exports them, in old files whole cents and in later ones money', async () => {
  await importCsv(
    'dub-partners',
    sheet(
      // One of its versions names a column twice that nobody needs.
      ['ID', 'Name', 'Email', 'Country', 'Status', 'Enrolled at', 'Enrolled at'],
      ['pn_1', 'Ada', 'ada@mail.example', 'GB', 'approved', '2025-01-01', '2025-01-01'],
    ),
    '&currency=USD',
  );
  const header = [
    'ID',
    'Type',
    'Amount',
    'Earnings',
    'Currency',
    'Status',
    'Invoice ID',
    'Quantity',
    'Created at',
    'Partner ID',
  ];
  const line = (id: string, sum: string, earned: string, status: string) => [
    id,
    'sale',
    sum,
    earned,
    'usd',
    status,
    '',
    '1',
    '2025-07-16T10:48:14.722Z',
    'pn_1',
  ];
  const old = await importCsv(
    'dub-commissions',
    sheet(
      header,
      line('cm_1', '50000', '10000', 'processed'),
      line('cm_2', '50000', '10000', 'paid'),
      line('cm_3', '50000', '10000', 'pending'),
      line('cm_4', '50000', '10000', 'fraud'),
    ),
  );
  expect(old.body).toMatchObject({ accepted: 1, skipped: 3, totals: { USD: 10_000 } });
  const later = await importCsv(
    'dub-commissions',
    sheet(
      header,
      line('cm_5', '$12,000.00', '$1,012.50', 'processed'),
      line('cm_6', '$10.00', '-$12.50', 'processed'),
    ),
  );
  expect(later.body).toMatchObject({ accepted: 2, totals: { USD: 100_000 } });
  expect((await commissionsFrom(api, 'dub')).map(({ amount }) => amount)).toEqual([
    10_000, 101_250, -1_250,
  ]);
  const without = header.slice(0, -1);
  const lost = await importCsv(
    'dub-commissions',
    sheet(without, line('cm_7', '1', '1', 'paid').slice(0, -1)),
  );
  expect(codes(lost)).toEqual(['1 affiliate_external_id missing_column']);
});
