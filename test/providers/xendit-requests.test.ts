import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { OrderUnfit, type AccountDetails, type PaymentOrder } from '../../providers/port.ts';
import { xenditDestination } from '../../providers/xendit/destination.ts';
import { readExactly } from '../../providers/xendit/exact-json.ts';
import { amountStep, readAmount, readDecimal, writeAmount } from '../../providers/xendit/money.ts';
import { versionOfRequest, writeRequest } from '../../providers/xendit/request.ts';

const order = (given: Partial<PaymentOrder> = {}): PaymentOrder => ({
  reference: 'pay_1:1',
  accountRef: '1234567890',
  amountMinor: 1_000_000n,
  currency: 'IDR',
  details: null,
  payeeName: 'Siti "Nur" Aisyah',
  groupId: 'bat_1/0',
  ...given,
});
const write = (given: Partial<PaymentOrder> = {}, version: 'v2' | 'v3' = 'v2') =>
  writeRequest(order(given), version, 'ID_BCA');

describe('amounts', () => {
  test.each([
    ['IDR', 1_000_000n, '10000', '10000'],
    ['IDR', 100n, '1', '1'],
    ['PHP', 111n, '1.11', '111'],
    ['PHP', 150n, '1.5', '150'],
    ['PHP', 100n, '1', '100'],
    ['PHP', 1n, '0.01', '1'],
    ['PHP', 100_000n, '1000', '100000'],
    ['VND', 50_000n, '50000', '50000'],
    ['KRW', 10n, '10', '10'],
    ['PHP', 9_007_199_254_740_991n, '90071992547409.91', '9007199254740991'],
  ])('%s %s is %s for v2 and %s for v3', (currency, amountMinor, v2, v3) => {
    expect(writeAmount(amountMinor, currency, 'v2')).toBe(v2);
    expect(writeAmount(amountMinor, currency, 'v3')).toBe(v3);
  });

  test('M1: rupiah with a part of one are refused, never rounded', () => {
    for (const amountMinor of [1n, 50n, 99n, 101n, 1_000_001n]) {
      expect(() => write({ amountMinor })).toThrow(OrderUnfit);
      expect(() => write({ amountMinor }, 'v3')).toThrow(OrderUnfit);
    }
  });

  test('what is written is read back to the last unit, as any number of JSON that means it', () => {
    const currencies = fc.constantFrom('IDR', 'PHP', 'VND', 'MYR');
    const steps = fc.bigInt({ min: 1n, max: 90_000_000_000_000n });
    const versions = fc.constantFrom('v2' as const, 'v3' as const);
    fc.assert(
      fc.property(currencies, steps, versions, (currency, count, version) => {
        const amountMinor = count * amountStep(currency);
        const text = writeAmount(amountMinor, currency, version) ?? '';
        expect(String(JSON.parse(text))).toBe(text);
        const same = [text, text.includes('.') ? `${text}0` : `${text}.0`, `${text}e0`];
        for (const each of same) expect(readAmount(each, currency, version)).toBe(amountMinor);
      }),
      { numRuns: 2_000 },
    );
  });

  test.each([
    ['1000000.5', 'IDR', 'v2', 100_000_050n],
    ['1.0E7', 'IDR', 'v2', 1_000_000_000n],
    ['10000000000000000000.01', 'PHP', 'v2', 1_000_000_000_000_000_000_001n],
    ['1.115', 'PHP', 'v2', null],
    ['1.5', 'PHP', 'v3', null],
    ['10', 'IDR', 'v3', 1_000n],
    ['-1', 'PHP', 'v2', -100n],
    ['', 'IDR', 'v2', null],
    ['1,000', 'IDR', 'v2', null],
    ['NaN', 'IDR', 'v2', null],
    ['1e999', 'IDR', 'v2', null],
    ['1', 'JPY', 'v2', null],
    ['1', 'nonsense', 'v2', null],
  ] as const)('%s of %s in %s is read as %s', (text, currency, version, expected) => {
    expect(readAmount(text, currency, version)).toBe(expected);
  });

  test('a decimal that is finer than asked for is cut off, and says so', () => {
    expect(readDecimal('12.349', 2)).toEqual({ minor: 1_234n, isExact: false });
    expect(readDecimal('12.34', 2)).toEqual({ minor: 1_234n, isExact: true });
  });

  test('JSON is read with the numbers as they were written, whatever stands in its texts', () => {
    const schema = z.record(z.string(), z.unknown());
    const text = '{"a":90071992547409.91,"b":"x 1 \\" 2","c":[1e2,-0.5],"d":true,"e":"\\\\"}';
    expect(readExactly(schema, text)).toEqual({
      a: '90071992547409.91',
      b: 'x 1 " 2',
      c: ['1e2', '-0.5'],
      d: true,
      e: '\\',
    });
    for (const junk of ['', '{', '{a:1}', '{1:2}', '01', 'NaN', '"'.repeat(99), '[1,]']) {
      expect(readExactly(z.unknown(), junk)).toBeNull();
    }
    const huge = JSON.stringify({ text: '\\"1'.repeat(300_000), amount: 7 });
    expect(readExactly(z.object({ amount: z.string() }), huge)).toEqual({ amount: '7' });
  });
});

describe('where an account is', () => {
  const named = { accountHolderName: 'Ada', accountType: null };
  test.each<[string, AccountDetails | null, string, object | null]>([
    ['the reference is the number', null, '12345', { channelCode: null, accountNumber: '12345' }],
    [
      'a channel before it',
      null,
      'id_bca:12345',
      { channelCode: 'ID_BCA', accountNumber: '12345' },
    ],
    [
      'details, in camel case',
      { channelCode: 'PH_GCASH', accountNumber: '0917', ...named },
      'payee-1',
      { channelCode: 'PH_GCASH', accountNumber: '0917', accountHolderName: 'Ada' },
    ],
    [
      'as Xendit writes them',
      {
        channel_code: 'ID_BRI',
        channel_properties: { account_number: 99, account_holder_name: 'Ada', account_type: 'x' },
      },
      'payee-1',
      { channelCode: 'ID_BRI', accountNumber: '99', accountHolderName: 'Ada', accountType: 'X' },
    ],
    [
      'details before the reference',
      { accountNumber: '2', channelCode: 'ID_BNI' },
      'ID_BCA:1',
      { channelCode: 'ID_BNI', accountNumber: '2' },
    ],
    ['a masked reference', { channelCode: 'ID_BCA' }, 'ID_BCA ••••3456', null],
    ['a masked number', { accountNumber: '••••3456' }, '1', null],
    ['a masked reference beside a number', { accountNumber: '7' }, 'ID_BCA ••••3456', {}],
    ['nothing', null, '  ', null],
    ['control characters', null, '12\n34', null],
    ['a number too long', null, '1'.repeat(101), null],
    ['a number that is not exact', { accountNumber: 1.5 }, '', null],
  ])('%s', (_name, details, accountRef, expected) => {
    const found = xenditDestination(details, accountRef);
    expect(found ?? { nowhere: true }).toMatchObject(expected ?? { nowhere: true });
  });
});

describe('requests', () => {
  test('v2, byte for byte', () => {
    expect(write()).toBe(
      '{"reference_id":"pay_1:1","channel_code":"ID_BCA","channel_properties":' +
        '{"account_holder_name":"Siti \\"Nur\\" Aisyah","account_number":"1234567890"},' +
        '"amount":10000,"currency":"IDR"}',
    );
    const details = { channelCode: 'PH_GCASH', accountHolderName: 'Ada', accountType: 'MOBILE_NO' };
    expect(write({ details, currency: 'PHP', amountMinor: 150n })).toBe(
      '{"reference_id":"pay_1:1","channel_code":"PH_GCASH","channel_properties":' +
        '{"account_holder_name":"Ada","account_number":"1234567890","account_type":"MOBILE_NO"},' +
        '"amount":1.5,"currency":"PHP"}',
    );
  });

  test('v3, byte for byte, with what can be derived', () => {
    const body = write({ accountRef: 'PH_GCASH:0917', currency: 'PHP', amountMinor: 150n }, 'v3');
    expect(body).toBe(
      '{"reference_id":"pay_1:1","recipient":{"type":"INDIVIDUAL","given_name":"Siti \\"Nur\\"",' +
        '"surname":"Aisyah","relationship":"BUSINESS_PARTNER","address":{"country":"PH"},' +
        '"account_details":{"currency":"PHP","account_country":"PH",' +
        '"account_holder_name":"Siti \\"Nur\\" Aisyah","account_number":"0917",' +
        '"routing_type_1":"WALLET","routing_value_1":"PH_GCASH"}},' +
        '"payout_details":{"source_currency":"PHP","destination_currency":"PHP",' +
        '"destination_amount":150},"source_of_fund":"BUSINESS_REVENUE","purpose_code":"OTHER"}',
    );
  });

  test('v3 takes what the details say before what it derives', () => {
    const recipient = z.object({ recipient: z.record(z.string(), z.unknown()) });
    const read = (details: AccountDetails, payeeName = 'Sukarno') => {
      const swift = { swiftCode: 'cenaidja' };
      const text = write({ details: { ...swift, ...details }, payeeName }, 'v3');
      return recipient.parse(JSON.parse(text)).recipient;
    };
    expect(read({})).toMatchObject({
      type: 'INDIVIDUAL',
      given_name: 'Sukarno',
      surname: 'Sukarno',
    });
    expect(read({ businessName: 'PT Maju' })).toMatchObject({
      type: 'BUSINESS',
      business_name: 'PT Maju',
    });
    expect(read({ type: 'BUSINESS' }, 'CV Jaya')).toMatchObject({ business_name: 'CV Jaya' });
    expect(
      read({
        given_name: 'Joko',
        surname: 'Widodo',
        relationship: 'employee',
        nationality: 'ID',
        address: { country: 'id', city: 'Solo', street_line_1: 'Jl. 1', postal_code: 57_111 },
      }),
    ).toMatchObject({
      given_name: 'Joko',
      surname: 'Widodo',
      relationship: 'EMPLOYEE',
      details: { nationality: 'ID' },
      address: { country: 'ID', city: 'Solo', street_line_1: 'Jl. 1', postal_code: '57111' },
      account_details: { routing_type_1: 'SWIFT', routing_value_1: 'CENAIDJA' },
    });
  });

  test('a repetition is written for where its key is known, whatever texts it holds', () => {
    const tricky = ',"payout_details":{';
    expect(versionOfRequest(write({ payeeName: tricky }))).toBe('v2');
    const wallet = { accountRef: 'ID_OVO:0811', payeeName: tricky };
    expect(versionOfRequest(write(wallet, 'v3'))).toBe('v3');
  });

  test.each<[string, Partial<PaymentOrder>, 'v2' | 'v3', string | null]>([
    ['no number', { accountRef: ' ' }, 'v2', 'ID_BCA'],
    ['no channel', {}, 'v2', null],
    ['no name', { payeeName: ' ' }, 'v2', 'ID_BCA'],
    ['a name too long', { payeeName: 'a'.repeat(101) }, 'v2', 'ID_BCA'],
    ['an unknown account type', { details: { accountType: 'SAVINGS' } }, 'v2', 'ID_BCA'],
    ['a currency that Xendit does not pay', { currency: 'JPY' }, 'v2', 'ID_BCA'],
    ['a bank without its routing', {}, 'v3', 'ID_BCA'],
    ['a name too long for its parts', { payeeName: `${'a'.repeat(60)} b` }, 'v3', 'ID_OVO'],
  ])('%s: the account is unfit, and no value is told', (_name, given, version, channel) => {
    const run = () => writeRequest(order({ payeeName: 'Canary', ...given }), version, channel);
    expect(run).toThrow(OrderUnfit);
    expect(run).not.toThrow(/1234567890|Canary|aaa/);
  });
});
