import { expect, test } from 'vitest';
import { addAffiliate } from './support/conversions.ts';
import { unique } from './support/data.ts';
import { importsOf } from './support/imports.ts';
import { count, useTestApi } from './support/test-api.ts';

const api = useTestApi();
const { importCsv, codes } = importsOf(api);

const HEADER =
  'external_id,affiliate_external_id,programme,amount,currency,occurred_at,clicked_at,status,test,customer,order_id,source,product';

const stored = () => count(api.db, 'select count(*) as n from conversions');

async function affiliateName(): Promise<string> {
  const externalId = unique('aff');
  await addAffiliate(api, { externalId });
  return externalId;
}

const file = (...lines: string[]) => [HEADER, ...lines].join('\n');

test('all columns are taken, and the same file again changes nothing', async () => {
  const affiliate = await affiliateName();
  const [first, second, third] = [unique('cnv'), unique('cnv'), unique('cnv')];
  const text = file(
    `${first},${affiliate},default,12.30,USD,2026-03-10T12:00:00Z,2026-03-01,PENDING,true,cus_1,ord_1,blog,pro`,
    `${second},${affiliate},,0,JPY,2026-03-10,,,,+49 170 1234567,,,`,
    `${third},${affiliate},,5.00,USD,2026-03-10,,REFUNDED,,,,,`,
  );
  expect((await importCsv('conversions', text)).body).toEqual({
    accepted: 3,
    rejected: 0,
    errors: [],
  });
  const before = await stored();
  expect((await importCsv('conversions', text)).body).toMatchObject({ accepted: 3, rejected: 0 });
  expect(await stored()).toBe(before);
  const read = (q: string) => api.get(`/conversions?q=${encodeURIComponent(q)}`);
  expect((await read(first)).at('conversions.0')).toMatchObject({
    amount: 1_230,
    status: 'PENDING',
    test: true,
    customer: 'cus_1',
    orderId: 'ord_1',
    source: 'blog',
    product: 'pro',
    clickedAt: '2026-03-01T00:00:00.000Z',
  });
  expect((await read('+49 170 1234567')).at('conversions.0.amount')).toBe(0);
  expect((await read(third)).at('conversions.0')).toMatchObject({
    status: 'APPROVED',
    reversedAmount: 500,
  });
});

test('a later file moves conversions on; a step back and other content are conflicts', async () => {
  const affiliate = await affiliateName();
  const id = unique('cnv');
  const line = (status: string, amount = '1') =>
    file(`${id},${affiliate},,${amount},USD,2026-03-10,,${status},,,,,`);
  await importCsv('conversions', line('APPROVED'));
  expect(codes(await importCsv('conversions', line('PENDING')))).toEqual([
    '2 status external_id_conflict',
  ]);
  expect(codes(await importCsv('conversions', line('APPROVED', '2')))).toEqual([
    '2 amount external_id_conflict',
  ]);
  expect((await importCsv('conversions', line('CANCELLED'))).at('accepted')).toBe(1);
});

test('conversions may come before their affiliates, in files too', async () => {
  const affiliate = unique('late');
  await importCsv('conversions', file(`${unique('cnv')},${affiliate},,1,USD,2026-03-10,,,,,,,`));
  const waiting = () =>
    count(
      api.db,
      'select count(*) as n from conversions where affiliate_external_id = $1 and payee_id is null',
      [affiliate],
    );
  expect(await waiting()).toBe(1);
  const people = `external_id,full_name,email,country,currency\n${affiliate},Ada,ada@mail.example,GB,USD\n`;
  await importCsv('affiliates', people);
  expect(await waiting()).toBe(0);
});

test('each wrong line is named, and nothing of the file is taken', async () => {
  const affiliate = await affiliateName();
  const before = await stored();
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
  const answer = await importCsv(
    'conversions',
    file(
      `${unique('cnv')},${affiliate},,1,USD,2026-03-10,,,,,,,`,
      `${unique('cnv')},${affiliate},,-1,USD,2026-03-10,,,,,,,`,
      `${unique('cnv')},${affiliate},,1,USD,,,,,,,,`,
      `${unique('cnv')},${affiliate},,1,USD,10.03.2026,,,,,,,`,
      `${unique('cnv')},${affiliate},,1,USD,${tomorrow},,,,,,,`,
      `${unique('cnv')},${affiliate},nowhere,1,USD,2026-03-10,,,,,,,`,
      `${unique('cnv')},${affiliate},,1,USD,2026-03-10,,PAID,,,,,`,
      `${unique('cnv')},${affiliate},,1,USD,2026-03-10,,,maybe,,,,`,
      `${unique('cnv')},${affiliate},,0,USD,2026-03-10,,REFUNDED,,,,,`,
    ),
  );
  expect(codes(answer)).toEqual([
    '3 amount negative_amount',
    '4 occurred_at missing_value',
    '5 occurred_at invalid_value',
    '6 occurred_at in_the_future',
    '7 programme unknown_programme',
    '8 status invalid_value',
    '9 test invalid_value',
    '10 status invalid_value',
  ]);
  expect(answer.body).toMatchObject({ accepted: 0, rejected: 9 });
  expect(await stored()).toBe(before);
});

test.each(['=1+1', '@SUM(A1)', '+1+cmd', '-2+3+cmd', '"\t=1+1"', '-Ada', '=HYPERLINK("x")'])(
  'the text %s is refused as a formula in every text column, whatever is imported',
  async (formula) => {
    const affiliate = await affiliateName();
    const before = await stored();
    const cell =
      formula.includes('"') && !formula.startsWith('"')
        ? `"${formula.replaceAll('"', '""')}"`
        : formula;
    const sales = await importCsv(
      'conversions',
      file(
        `${cell},${affiliate},,1,USD,2026-03-10,,,,,,,`,
        `${unique('cnv')},${affiliate},,1,USD,2026-03-10,,,,${cell},${cell},${cell},${cell}`,
      ),
    );
    expect(codes(sales)).toEqual([
      '2 external_id formula',
      '3 customer formula',
      '3 order_id formula',
      '3 source formula',
      '3 product formula',
    ]);
    const people = `external_id,full_name,email,country,currency\n${unique('aff')},${cell},a@b.example,GB,USD\n`;
    expect(codes(await importCsv('affiliates', people))).toEqual(['2 full_name formula']);
    const commissions = `external_id,affiliate_external_id,amount,currency,description\n${unique('com')},${affiliate},-1.00,USD,${cell}\n`;
    expect(codes(await importCsv('commissions', commissions))).toEqual(['2 description formula']);
    expect(await stored()).toBe(before);
  },
);

test('a negative amount and a phone number are no formulas', async () => {
  const affiliate = await affiliateName();
  const text = `external_id,affiliate_external_id,amount,currency,description\n${unique('com')},${affiliate},-1.00,USD,+49 (170) 12-34\n`;
  expect((await importCsv('commissions', text)).at('accepted')).toBe(1);
});

const utf16 = (text: string, swap: boolean) => {
  const bytes = Buffer.from(`\uFEFF${text}`, 'utf16le');
  return new Uint8Array(swap ? bytes.swap16() : bytes);
};

test.each([
  ['UTF-16, low byte first', (text: string) => utf16(text, false), /UTF-16/],
  ['UTF-16, high byte first', (text: string) => utf16(text, true), /UTF-16/],
  [
    'UTF-16 without its mark',
    (text: string) => new Uint8Array(Buffer.from(text, 'utf16le')),
    /UTF-16/,
  ],
  ['Latin-1', (text: string) => new Uint8Array(Buffer.from(text, 'latin1')), /^Line 3 .*Latin-1/],
])('%s is told as one error of the file, and nothing is stored', async (_name, encode, message) => {
  const affiliate = await affiliateName();
  const before = await stored();
  const text = file(
    `${unique('cnv')},${affiliate},,1,USD,2026-03-10,,,,,,,`,
    `${unique('cnv')},${affiliate},,1,USD,2026-03-10,,,,,,Müller,`,
  );
  const answer = await importCsv('conversions', encode(text), '&partial=true');
  expect(codes(answer)).toEqual(['1  not_utf8']);
  expect(answer.at('errors.0.message')).toMatch(message);
  expect(await stored()).toBe(before);
  expect((await importCsv('conversions', `\uFEFF${text}`)).at('accepted')).toBe(2);
});

test('a dry run says the same and stores nothing; unknown columns are refused', async () => {
  const affiliate = await affiliateName();
  const before = await stored();
  const line = `${unique('cnv')},${affiliate},,1,USD,2026-03-10,,,,,,,`;
  expect((await importCsv('conversions', file(line), '&dryRun=true')).at('accepted')).toBe(1);
  expect(await stored()).toBe(before);
  expect(codes(await importCsv('conversions', `${HEADER},tip\n${line},1`))).toEqual([
    '1 tip unknown_column',
  ]);
  expect((await importCsv('conversions', file(line), '&currency=USD')).status).toBe(422);
});

test('four imports of the same file at once store each conversion once', async () => {
  const affiliates = [await affiliateName(), await affiliateName()];
  const lines = Array.from(
    { length: 2_500 },
    (_, index) => `once-${index},${affiliates[index % 2]},,1,USD,2026-03-10,,,,cus-${index % 9},,,`,
  );
  const before = await stored();
  const answers = await Promise.all(
    [1, 2, 3, 4].map(() => importCsv('conversions', file(...lines))),
  );
  expect(answers.map((answer) => answer.at('accepted'))).toEqual([2_500, 2_500, 2_500, 2_500]);
  expect(await stored()).toBe(before + 2_500);
}, 60_000);
