import { expect, test } from 'vitest';
import { z } from 'zod';
import { checkInvariants } from '../../db/queries/invariants.ts';
import { FOREIGN_KINDS } from '../../api/imports/foreign/index.ts';
import { commissionsFrom, sheet, storedIn } from './support/foreign.ts';
import { importsOf } from './support/imports.ts';
import { useTestApi } from './support/test-api.ts';

const api = useTestApi();
const { importCsv, codes } = importsOf(api);

test('Rewardful: partners by id and name, commissions that are due, and pending ones with their day', async () => {
  const people = sheet(
    ['id', 'created_at', 'first_name', 'last_name', 'email', 'state', 'visitors'],
    ['a-1', '2020-05-22T02:55:19.802Z', 'James', 'Bond', 'James@Mail.example', 'active', '100'],
    ['a-2', '2020-05-22T02:55:19.802Z', 'Eve', '', 'eve@mail.example', 'active', '3'],
  );
  const given = '&country=GB&currency=USD';
  const dry = await importCsv('rewardful-affiliates', people, `${given}&dryRun=true`);
  expect(dry.body).toEqual({ accepted: 2, rejected: 0, errors: [], skipped: 0, notes: [] });
  expect((await importCsv('rewardful-affiliates', people, given)).body).toEqual(dry.body);
  const [bond] = await api.db.run(
    z.object({ full_name: z.string(), email: z.string(), country: z.string() }),
    "select full_name, email, country from payees where external_id = 'rewardful:a-1'",
  );
  expect(bond).toEqual({ full_name: 'James Bond', email: 'james@mail.example', country: 'GB' });

  const text = sheet(
    [
      'ID',
      'Created At',
      'Amount',
      'Currency',
      'State',
      'Due At',
      'Paid At',
      'Affiliate ID',
      'Campaign',
    ],
    [
      'c-1',
      '2020-08-19T16:28:31.164Z',
      '3000',
      'USD',
      'due',
      '2020-09-18 16:28:25 UTC',
      '',
      'a-1',
      'Friends',
    ],
    [
      'c-2',
      '2020-08-19T16:28:31.164Z',
      '250',
      'USD',
      'pending',
      '2099-09-18T16:28:25.000Z',
      '',
      'a-1',
      'x',
    ],
    ['c-3', '2020-08-19T16:28:31.164Z', '3000', 'USD', 'paid', '', '2020-10-01', 'a-1', 'x'],
    ['c-4', '2020-08-19T16:28:31.164Z', '3000', 'USD', 'voided', '', '', 'a-1', 'x'],
    ['c-5', '2020-08-19T16:28:31.164Z', '3000', 'USD', 'due', '', '2020-10-01', 'a-2', 'x'],
    ['c-6', '2020-08-19T16:28:31.164Z', '3000', 'USD', 'pending', '', '', 'a-2', 'x'],
  );
  const answer = await importCsv('rewardful-commissions', text);
  expect(answer.body).toMatchObject({
    accepted: 2,
    rejected: 0,
    skipped: 4,
    errors: [],
    totals: { USD: 3_250 },
  });
  expect(codes(answer, 'notes')).toEqual([
    '4 State paid_elsewhere',
    '5 State voided',
    '6 State paid_elsewhere',
    '7 State not_due',
  ]);
  expect(await commissionsFrom(api, 'rewardful')).toEqual([
    {
      name: 'rewardful:c-1',
      affiliate: 'rewardful:a-1',
      amount: 3_000,
      currency: 'USD',
      status: 'APPROVED',
    },
    {
      name: 'rewardful:c-2',
      affiliate: 'rewardful:a-1',
      amount: 250,
      currency: 'USD',
      status: 'PENDING',
    },
  ]);
  const before = await storedIn(api);
  expect((await importCsv('rewardful-commissions', text)).at('accepted')).toBe(2);
  expect(await storedIn(api)).toBe(before);
});

test('PartnerStack: partners by its own headers, rewards by their status; what it has the money of is paid', async () => {
  await importCsv(
    'partnerstack-partners',
    sheet(
      ['Partner_first', 'Partner_last', 'Partner_email', 'partner_key', 'Partner_group', 'country'],
      ['Grace', 'Hopper', 'grace@mail.example', 'gracehopper', 'Gold', 'us'],
    ),
    '&currency=USD',
  );
  const answer = await importCsv(
    'partnerstack-rewards',
    sheet(
      [
        'key',
        'amount',
        'currency',
        'created_at',
        'reward_status',
        'payment_status',
        'partner_key',
        'description',
      ],
      ['r-1', '1250', 'USD', '1597854511164', 'approved', '', 'gracehopper', 'first sale'],
      ['r-2', '1250', 'USD', '1597854511164', 'approved', 'available', 'gracehopper', ''],
      ['r-3', '1250', 'USD', '1597854511164', 'paid', 'withdrawn', 'gracehopper', ''],
      ['r-4', '1250', 'USD', '1597854511164', 'declined', '', 'gracehopper', ''],
      ['r-5', '1250', 'USD', '1597854511164', 'hold', '', 'gracehopper', ''],
      ['r-6', '0', 'USD', '1597854511164', 'approved', '', 'gracehopper', ''],
    ),
  );
  expect(answer.body).toMatchObject({
    accepted: 1,
    skipped: 5,
    rejected: 0,
    totals: { USD: 1_250 },
  });
  expect(codes(answer, 'notes').map((note) => note.split(' ').at(-1))).toEqual([
    'paid_elsewhere',
    'paid_elsewhere',
    'voided',
    'not_due',
    'zero_amount',
  ]);
  expect(
    (await commissionsFrom(api, 'partnerstack')).map(({ name, amount }) => [name, amount]),
  ).toEqual([['partnerstack:r-1', 1_250]]);
});

test('what a file needs and lacks is an error of the file; what a line lacks is one of the line', async () => {
  const before = await storedIn(api);
  const header = ['id', 'amount', 'currency', 'state', 'affiliate_id'];
  expect(codes(await importCsv('rewardful-commissions', 'id,first_name\nc,x\n'))).toEqual([
    '1 amount missing_column',
    '1 status missing_column',
    '1 currency missing_column',
    '1 affiliate_external_id missing_column',
  ]);
  expect(codes(await importCsv('rewardful-affiliates', 'email\na@b.example\n'))).toEqual([
    '1 country missing_column',
    '1 currency missing_column',
  ]);
  const lines = await importCsv(
    'rewardful-commissions',
    sheet(
      header,
      ['c-9', '100', 'USD', 'frozen', 'a-1'],
      ['=c', '100', 'USD', 'due', 'a-1'],
      ['c-9', '1.2.3', 'USD', 'due', 'a-1'],
      ['c-9', '100', 'XXY', 'due', 'a-1'],
      ['c-9', '100', 'USD', 'due', ''],
      ['c-9', '100', 'USD', 'due', 'nobody'],
    ),
  );
  expect(codes(lines)).toEqual([
    '2 state invalid_value',
    '3 id formula',
    '4 amount not_a_decimal',
    '5 currency unknown_currency',
    '6 affiliate_id missing_value',
    '7 affiliate_id unknown_affiliate',
  ]);
  const people = await importCsv(
    'rewardful-affiliates',
    sheet(
      ['email', 'country', 'currency'],
      ['no address', 'Germany', 'USD'],
      ['a@b.example', '', 'USD'],
    ),
  );
  expect(codes(people)).toEqual([
    '2 email invalid_value',
    '2 country invalid_value',
    '3 country missing_value',
  ]);
  expect(await storedIn(api)).toBe(before);
});

test('an address that two partners share names nobody', async () => {
  const given = '&country=GB&currency=USD';
  const people = sheet(['id', 'email'], ['t-1', 'twin@mail.example'], ['t-2', 'twin@mail.example']);
  await importCsv('rewardful-affiliates', people, given);
  const answer = await importCsv(
    'rewardful-commissions',
    sheet(
      ['id', 'amount', 'currency', 'state', 'affiliate_email'],
      ['t-c', '100', 'USD', 'due', 'twin@mail.example'],
    ),
  );
  expect(codes(answer)).toEqual(['2 affiliate_external_id unknown_affiliate']);
});

test('every kind is one that the API takes, and the books agree after all of them', async () => {
  expect(FOREIGN_KINDS).toHaveLength(8);
  for (const kind of FOREIGN_KINDS) {
    const answer = await importCsv(kind, '', '&dryRun=true');
    expect([kind, answer.status, codes(answer)]).toEqual([kind, 200, ['1  no_header']]);
  }
  expect((await checkInvariants(api.db)).filter(({ breaches }) => breaches > 0)).toEqual([]);
});
