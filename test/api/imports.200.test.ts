import { expect, test } from 'vitest';
import { z } from 'zod';
import { checkInvariants } from '../../db/queries/invariants.ts';
import { unique } from './support/data.ts';
import { BASE, count, useTestApi, type Answer } from './support/test-api.ts';

const api = useTestApi();

const importCsv = (kind: string, text: string | Uint8Array<ArrayBuffer>, query = '') =>
  api.call('POST', `${BASE}/imports?kind=${kind}${query}`, {
    raw: text,
    headers: { 'content-type': 'text/csv' },
  });

const AFFILIATES = 'external_id,full_name,email,country,currency,provider,account_ref,kyc_status';
const COMMISSIONS =
  'external_id,affiliate_external_id,amount,currency,status,earned_at,description';

const affiliateLine = (id: string, rest = 'mock,ref,APPROVED') =>
  `${id},"Ada, Example",ada@mail.example,GB,USD,${rest}`;
const stored = () =>
  count(api.db, 'select (select count(*) from payees) + (select count(*) from commissions) as n');

async function addAffiliate(): Promise<string> {
  const id = unique('aff');
  await importCsv('affiliates', `${AFFILIATES}\n${affiliateLine(id)}\n`);
  return id;
}

const codes = (answer: Answer): string[] =>
  errorsSchema
    .parse(answer.at('errors'))
    .map(({ row, column, code }) => `${row} ${column} ${code}`);
const errorsSchema = z.array(z.object({ row: z.number(), column: z.string(), code: z.string() }));

test('affiliates come with their accounts, and again change nothing', async () => {
  const file = `\uFEFF${AFFILIATES}\r\n${affiliateLine(unique('aff'))}\r\n\r\n${affiliateLine(unique('aff'), ',,')}\r\n`;
  expect((await importCsv('affiliates', file)).body).toEqual({
    accepted: 2,
    rejected: 0,
    errors: [],
  });
  const before = await stored();
  expect((await importCsv('affiliates', file)).body).toEqual({
    accepted: 2,
    rejected: 0,
    errors: [],
  });
  expect(await stored()).toBe(before);
  expect(await count(api.db, 'select count(*) as n from accounts')).toBe(1);
});

test('decimal amounts are read exactly, by the digits of their currency', async () => {
  const id = await addAffiliate();
  const [a, b, c] = [unique('com'), unique('com'), unique('com')];
  const file = [
    COMMISSIONS,
    `${a},${id},0.29,USD,,,`,
    `${b},${id},1250,JPY,,,`,
    `${c},${id},-1.005,KWD,PENDING,2026-01-31,"a ""quoted"" word"`,
  ].join('\n');
  expect((await importCsv('commissions', file)).body).toEqual({
    accepted: 3,
    rejected: 0,
    errors: [],
  });
  const amount = (name: string) =>
    count(api.db, 'select amount_minor as n from commissions where external_id = $1', [name]);
  expect(await Promise.all([amount(a), amount(b), amount(c)])).toEqual([29, 1_250, -1_005]);
  expect((await checkInvariants(api.db)).filter(({ breaches }) => breaches > 0)).toEqual([]);
});

test('each wrong line is named, and nothing of the file is taken', async () => {
  const id = await addAffiliate();
  const before = await stored();
  const lines = [
    `${unique('com')},${id},10.00,USD,,,`,
    `${unique('com')},${id},10.005,USD,,,`,
    `${unique('com')},${id},ten,USD,,,`,
    `${unique('com')},${id},0,USD,,,`,
    `${unique('com')},${id},1e3,USD,,,`,
    `${unique('com')},${id},99999999999999999999,USD,,,`,
    `${unique('com')},${id},1,ZZZ,,,`,
    `${unique('com')},nobody,1,USD,,,`,
    `,${id},1,USD,,,`,
    `${unique('com')},${id},1,USD,PAID,,`,
    `${unique('com')},${id},1,USD,,31.01.2026,`,
    `${unique('com')},${id},1`,
  ];
  const answer = await importCsv('commissions', [COMMISSIONS, ...lines].join('\n'));
  expect(answer.status).toBe(200);
  expect(answer.body).toMatchObject({ accepted: 0, rejected: 12 });
  expect(codes(answer)).toEqual([
    '3 amount too_many_decimals',
    '4 amount not_a_decimal',
    '5 amount zero_amount',
    '6 amount not_a_decimal',
    '7 amount too_large',
    '8 currency unknown_currency',
    '9 affiliate_external_id unknown_affiliate',
    '10 external_id missing_value',
    '11 status invalid_value',
    '12 earned_at invalid_value',
    '13  column_count',
  ]);
  expect(await stored()).toBe(before);
});

test('with partial=true the right lines are taken', async () => {
  const id = await addAffiliate();
  const lines = [`${unique('com')},${id},1,USD,,,`, `${unique('com')},${id},x,USD,,,`];
  const answer = await importCsv(
    'commissions',
    [COMMISSIONS, ...lines].join('\n'),
    '&partial=true',
  );
  expect(answer.body).toMatchObject({ accepted: 1, rejected: 1 });
});

test('a dry run answers the same and changes nothing', async () => {
  const id = await addAffiliate();
  const before = await stored();
  const answer = await importCsv(
    'commissions',
    `${COMMISSIONS}\n${unique('com')},${id},1,USD,,,\n`,
    '&dryRun=true',
  );
  expect(answer.body).toEqual({ accepted: 1, rejected: 0, errors: [] });
  expect(await stored()).toBe(before);
});

test.each([
  ['no header', '', ['1  no_header']],
  [
    'a missing column',
    'external_id,amount,currency\na,1,USD\n',
    ['1 affiliate_external_id missing_column'],
  ],
  ['an unknown column', `${COMMISSIONS},iban\n`, ['1 iban unknown_column']],
  ['quotes that do not close', `${COMMISSIONS}\na,b,1,USD,,,"open\n`, ['2  malformed_csv']],
])('%s is reported by its line', async (_name, text, expected) => {
  const before = await stored();
  const answer = await importCsv('commissions', text);
  expect(answer.status).toBe(200);
  expect(codes(answer)).toEqual(expected);
  expect(await stored()).toBe(before);
});

test('bytes that are no text are reported', async () => {
  const answer = await importCsv('commissions', new Uint8Array([0xff, 0xfe, 0x00]));
  expect(codes(answer)).toEqual(['1  not_utf8']);
});

test('a line that contradicts what stands, or an earlier line, is a conflict', async () => {
  const id = await addAffiliate();
  const com = unique('com');
  const file = (amount: string) => `${COMMISSIONS}\n${com},${id},${amount},USD,,,\n`;
  await importCsv('commissions', file('1'));
  expect(codes(await importCsv('commissions', file('2')))).toEqual([
    '2 amount external_id_conflict',
  ]);
  const twice = `${COMMISSIONS}\nsame-${com},${id},1,USD,,,\nsame-${com},${id},2,USD,,,\n`;
  expect(codes(await importCsv('commissions', twice))).toEqual(['3 amount external_id_conflict']);
});

test('ten thousand lines are one transaction, and the run is kept', async () => {
  const id = await addAffiliate();
  const lines = Array.from({ length: 10_000 }, (_, index) => `big-${index},${id},0.01,USD,,,`);
  const answer = await importCsv('commissions', [COMMISSIONS, ...lines].join('\n'));
  expect(answer.body).toEqual({ accepted: 10_000, rejected: 0, errors: [] });
  expect(
    await count(api.db, 'select count(*) as n from imports where accepted = 10000 and not dry_run'),
  ).toBe(1);
  expect((await checkInvariants(api.db)).filter(({ breaches }) => breaches > 0)).toEqual([]);
}, 60_000);

test('another content type is 415, an unknown kind 422', async () => {
  const json = await api.call('POST', `${BASE}/imports?kind=affiliates`, { json: {} });
  expect([json.status, json.at('error.code')]).toEqual([415, 'unsupported_media_type']);
  expect((await importCsv('payments', 'a,b')).status).toBe(422);
});
