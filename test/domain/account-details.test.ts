import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { detailsProblem, maskDetails, sameDetails } from '../../domain/account-details.ts';
import { destinationOf, settleAccount } from '../../domain/account-destination.ts';

test('codes stay readable, of everything else only the last four characters are left', () => {
  const masked = maskDetails({
    channelCode: 'ID_BCA',
    bank_name: 'Bank Central Asia',
    currency: 'IDR',
    accountNumber: '1234567890123456',
    pin: '1234',
    account_holder_name: 'Ada Lovelace',
    number: 987654321,
    active: true,
    none: null,
    recipient: { type: 'INDIVIDUAL', address: { country: 'ID', city: 'Jakarta' } },
    codes: ['AB12345', 'x'],
  });
  expect(masked).toEqual({
    channelCode: 'ID_BCA',
    bank_name: 'Bank Central Asia',
    currency: 'IDR',
    accountNumber: '••••3456',
    pin: '••••',
    account_holder_name: '••••lace',
    number: '••••4321',
    active: '••••',
    none: null,
    recipient: { type: 'INDIVIDUAL', address: { country: 'ID', city: '••••arta' } },
    codes: ['••••2345', '••••'],
  });
});

test('a number in a readable field, or as the name of a field, is masked all the same', () => {
  expect(
    maskDetails({ bankName: '1234567890', type: { currency: '99-88-77' }, '12345': 1 }),
  ).toEqual({ bankName: '••••7890', type: { currency: '••••8-77' }, '••••': '••••' });
});

test('no mask holds more than four characters in a row of what it hides', () => {
  const secret = fc.stringMatching(/^[0-9A-Za-z]{9,40}$/);
  fc.assert(
    fc.property(secret, fc.constantFrom('accountNumber', 'iban', 'holder'), (value, name) => {
      const shown = JSON.stringify(maskDetails({ [name]: value, inner: { [name]: [value] } }));
      expect(shown).not.toContain(value.slice(-5));
      expect(shown).toContain(value.slice(-4));
    }),
  );
});

test.each<[string, Record<string, unknown>, RegExp]>([
  ['plain', { accountNumber: '1', nested: { list: [1, 'a', null, true] } }, /^fine$/],
  ['a number that JSON has rounded', { accountNumber: 1e19 }, /not exact/],
  ['a fraction', { a: 0.1 }, /not exact/],
  ['deep', { a: { b: { c: { d: { e: {} } } } } }, /nested/],
  ['wide', { list: Array.from({ length: 101 }, () => 1) }, /more than 100/],
  ['a long text', { a: 'x'.repeat(1_001) }, /longer/],
  ['a number as a name', { '1234567890': 'x' }, /name/],
])('details that are taken or refused: %s', (_name, details, problem) => {
  const found = detailsProblem(details) ?? 'fine';
  expect(found).toMatch(problem);
  expect(found).not.toContain('1234567890');
});

test('the order of fields is no difference, anything else is one', () => {
  expect(sameDetails({ a: 1, b: { c: [1, 2], d: 'x' } }, { b: { d: 'x', c: [1, 2] }, a: 1 })).toBe(
    true,
  );
  expect(sameDetails({ a: [1, 2] }, { a: [2, 1] })).toBe(false);
  expect(sameDetails({ a: '1' }, { a: 1 })).toBe(false);
  expect(sameDetails(null, {})).toBe(false);
});

const destination = (
  provider: string,
  accountRef: string,
  details: Record<string, unknown> | null,
) => destinationOf(provider, { accountRef, details }).destination;

test('the same account is the same destination however it is written', () => {
  const one = destination('xendit', 'a', { channelCode: 'ID_BCA', accountNumber: '123 456-7890' });
  expect(
    destination('xendit', 'b', { channel_code: 'id_bca', account_number: 1_234_567_890 }),
  ).toBe(one);
  expect(
    destination('xendit', 'c', {
      channel_code: 'ID_BCA',
      channel_properties: { account_number: '1234567890' },
    }),
  ).toBe(one);
  expect(destination('stripe', 'a', { iban: 'gb29 nwbk' })).toBe(
    destination('stripe', 'b', { IBAN: 'GB29NWBK' }),
  );
  const rise = '0xAbCdEf0123456789aBcDeF0123456789abcdef01';
  expect(destination('riseworks', rise, null)).toBe(
    destination('riseworks', rise.toLowerCase(), null),
  );
});

test('another provider, bank, number or reference is another destination', () => {
  const texts = [
    destination('xendit', 'a', { channelCode: 'ID_BCA', accountNumber: '1' }),
    destination('xendit', 'a', { channelCode: 'ID_BRI', accountNumber: '1' }),
    destination('xendit', 'a', { channelCode: 'ID_BCA', accountNumber: '2' }),
    destination('generic', 'a', { channelCode: 'ID_BCA', accountNumber: '1' }),
    destination('stripe', 'acct_a', null),
    destination('stripe', 'acct_A', null),
    destination('stripe', 'acct_a', { routing_number: '1', account_number: '1' }),
    destination('stripe', 'acct_a', { routing_number: '2', account_number: '1' }),
  ];
  expect(new Set(texts).size).toBe(texts.length);
});

test('an account number in the reference moves into the details and leaves a mask', () => {
  const made = settleAccount('xendit', { accountRef: 'ID_BCA:1234567890' }, null);
  expect(made).toEqual({
    accountRef: 'ID_BCA ••••7890',
    details: { channelCode: 'ID_BCA', accountNumber: '1234567890' },
  });
  const holder = settleAccount('xendit', { details: { accountHolderName: 'Ada' } }, made);
  expect(holder).toEqual({
    accountRef: 'ID_BCA ••••7890',
    details: { ...made.details, accountHolderName: 'Ada' },
  });
  const moved = settleAccount('xendit', { details: { account_number: '999999' } }, holder);
  expect(moved).toEqual({
    accountRef: 'ID_BCA ••••9999',
    details: { channelCode: 'ID_BCA', account_number: '999999' },
  });
  const again = settleAccount('xendit', { accountRef: 'PH_GCASH:0917' }, moved);
  expect(again).toEqual({
    accountRef: 'PH_GCASH ••••',
    details: { channelCode: 'PH_GCASH', accountNumber: '0917' },
  });
  expect(settleAccount('xendit', { accountRef: 'PH_GCASH ••••' }, again)).toEqual(again);
  expect(
    settleAccount('xendit', {}, { accountRef: 'ID_BCA ••••7890', details: null }).details,
  ).toBe(null);
});

test('a reference that is a number alone is one too, until the details hold another', () => {
  const alone = settleAccount('xendit', { accountRef: '1234567890' }, null);
  expect(alone).toEqual({ accountRef: '••••7890', details: { accountNumber: '1234567890' } });
  const moved = settleAccount('xendit', { details: { channelCode: 'ID_BCA' } }, alone);
  expect(moved).toEqual({
    accountRef: 'ID_BCA ••••7890',
    details: { accountNumber: '1234567890', channelCode: 'ID_BCA' },
  });
  expect(settleAccount('xendit', { accountRef: '555666777' }, moved)).toEqual({
    accountRef: 'ID_BCA ••••6777',
    details: { accountNumber: '555666777', channelCode: 'ID_BCA' },
  });
  const details = { channel_properties: { account_number: '1' } };
  expect(settleAccount('xendit', { accountRef: 'mine' }, { accountRef: 'ours', details })).toEqual({
    accountRef: 'mine',
    details,
  });
  expect(settleAccount('xendit', { accountRef: 'ours', details }, null)).toEqual({
    accountRef: 'ours',
    details,
  });
});

test('references of other providers stay as they are', () => {
  for (const [provider, accountRef] of [
    ['mock', 'ID_BCA:1234567890'],
    ['stripe', 'acct_1'],
  ] as const) {
    expect(settleAccount(provider, { accountRef }, null)).toEqual({ accountRef, details: null });
  }
});

test('a reference and details that name two accounts are refused without their values', () => {
  const settle = (details: Record<string, unknown>) =>
    settleAccount('xendit', { accountRef: 'ID_BCA:1234567890', details }, null);
  expect(settle({ account_number: '1234-567-890' }).details).toEqual({
    channelCode: 'ID_BCA',
    accountNumber: '1234567890',
  });
  for (const details of [{ accountNumber: '1234567891' }, { channelCode: 'ID_BRI' }]) {
    expect(() => settle(details)).toThrowError(/another account/);
    expect(() => settle(details)).not.toThrowError(/12345/);
  }
});
