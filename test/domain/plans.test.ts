import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { chunkCount, chunksPerSlice, planSlices } from '../../domain/chunks.ts';
import { makeId, isId, parseReference, paymentReference } from '../../domain/ids.ts';
import { permissionsOf, PERMISSIONS, ROLES, roleHolds } from '../../domain/permissions.ts';
import { OPEN_LIMITS, skipCodes, strictest, type PayeeFacts } from '../../domain/eligibility.ts';

test('slices cover every chunk once, in order, and no slice is wider than it may be', () => {
  const chunks = fc.uniqueArray(fc.nat(5_000), { maxLength: 300 });
  fc.assert(
    fc.property(chunks, fc.integer({ min: 1, max: 50 }), (given, perSlice) => {
      const sorted = given.toSorted((a, b) => a - b);
      const slices = planSlices(sorted, perSlice);
      const covered = slices.flatMap(({ fromChunk, toChunk }) =>
        sorted.filter((chunk) => chunk >= fromChunk && chunk <= toChunk),
      );
      expect(covered).toEqual(sorted);
      for (const { fromChunk, toChunk } of slices)
        expect(toChunk - fromChunk).toBeLessThan(perSlice);
    }),
  );
});

test('a batch of any size needs at most 150 slices', () => {
  for (const payments of [1, 100, 101, 10_000, 100_000, 1_000_000]) {
    const chunks = chunkCount(payments);
    const perSlice = chunksPerSlice(chunks, 500);
    expect(Math.ceil(chunks / perSlice)).toBeLessThanOrEqual(150);
  }
  expect([1, 100, 101, 250].map(chunkCount)).toEqual([1, 1, 2, 3]);
});

test('a reference names its payment and generation, and nothing else is taken for one', () => {
  const id = makeId('payment', '0198c0de-0000-7000-8000-0123456789ab');
  expect(isId('payment', id)).toBe(true);
  expect(isId('batch', id)).toBe(false);
  expect(parseReference(paymentReference(id, 3))).toEqual({ paymentId: id, generation: 3 });
  for (const foreign of ['', id, `${id}:`, `${id}:x`, `x${id}:1`, `${id}:1 `]) {
    expect(parseReference(foreign)).toBeNull();
  }
});

const MATRIX = {
  viewer: 1,
  operator: 3,
  processor: 6,
  manager: 9,
  admin: 13,
  super_admin: 14,
} as const;

test('the 84 cells: 1, 3, 6, 9, 13 and 14 permissions, each role holding all of the lower one', () => {
  expect(PERMISSIONS).toHaveLength(14);
  ROLES.forEach((role, level) => {
    expect(permissionsOf(role)).toHaveLength(MATRIX[role]);
    const lower = ROLES[level - 1];
    if (!lower) return;
    for (const permission of permissionsOf(lower)) expect(roleHolds(role, permission)).toBe(true);
  });
  expect(ROLES.filter((role) => roleHolds(role, 'settings'))).toEqual(['super_admin']);
  expect(ROLES.filter((role) => roleHolds(role, 'approve'))).toEqual([
    'manager',
    'admin',
    'super_admin',
  ]);
});

const PAYABLE: PayeeFacts = {
  riskHeld: false,
  held: false,
  kycStatus: 'APPROVED',
  accountCooling: false,
  payableMinor: 10_000n,
  payableCount: 2,
  claimedCount: 0,
  heldCount: 0,
  maturingCount: 0,
  otherCurrencyCount: 0,
  owedMinor: 9_000_000n,
  minimumMinor: 100n,
  maximumMinor: null,
  limits: { minimumMinor: 1n, maximumMinor: 1_000_000n, incrementMinor: 1n },
};
const limits = (given: Partial<typeof OPEN_LIMITS>) => ({
  limits: { ...OPEN_LIMITS, ...given },
});

test.each<[string, Partial<PayeeFacts>, string[]]>([
  ['payable', {}, []],
  ['at the minimum', { payableMinor: 100n }, []],
  ['below the minimum', { payableMinor: 99n }, ['below_minimum']],
  ['no account', { kycStatus: null }, ['no_account']],
  ['not verified', { kycStatus: 'PENDING' }, ['kyc_pending']],
  ['not begun', { kycStatus: 'NOT_STARTED' }, ['kyc_pending']],
  ['rejected', { kycStatus: 'REJECTED' }, ['kyc_rejected']],
  ['changed lately', { accountCooling: true }, ['account_changed']],
  ['held and below', { held: true, payableMinor: 1n }, ['payee_hold', 'below_minimum']],
  ['debt', { payableMinor: -1n }, ['negative_balance']],
  ['owed less in all', { owedMinor: 9_999n }, ['negative_balance']],
  ['by a risk rule', { riskHeld: true }, ['risk_hold']],
  ['kept back', { payableCount: 0, payableMinor: 0n, heldCount: 1 }, ['payee_hold']],
  ['in parts', { payableMinor: 2_500_000n, maximumMinor: 1_000_000n }, []],
  ['in too many parts', { maximumMinor: 9n }, ['amount_out_of_range']],
  ['netted to zero', { payableMinor: 0n }, ['negative_balance']],
  ['all in a payment', { payableCount: 0, payableMinor: 0n, claimedCount: 2 }, ['in_flight']],
  ['maturing', { payableCount: 0, payableMinor: 0n, maturingCount: 1 }, ['not_matured']],
  [
    'another currency',
    { payableCount: 0, payableMinor: 0n, otherCurrencyCount: 1 },
    ['currency_mismatch'],
  ],
  ['nothing', { payableCount: 0, payableMinor: 0n }, ['below_minimum']],
  ['too much', { payableMinor: 1_000_001n }, ['amount_out_of_range']],
  ['a currency that is not paid', { limits: null }, ['provider_unsupported']],
  [
    'not paid, held and below',
    { limits: null, held: true, payableMinor: 1n },
    ['provider_unsupported', 'payee_hold', 'below_minimum'],
  ],
  ['below what the provider takes', limits({ minimumMinor: 10_001n }), ['below_minimum']],
  ['at what the provider takes', limits({ minimumMinor: 10_000n }), []],
  ['a whole rupiah', { payableMinor: 1_000_000n, ...limits({ incrementMinor: 100n }) }, []],
  [
    'a rupiah with a sub-unit',
    { payableMinor: 1_000_050n, ...limits({ incrementMinor: 100n }) },
    ['amount_increment'],
  ],
])('eligibility: %s', (_name, facts, codes) => {
  expect(skipCodes({ ...PAYABLE, ...facts })).toEqual(codes);
});

test('what fits the strictest of two limits fits both, and nothing else does', () => {
  const one = { minimumMinor: 10n, maximumMinor: 900n, incrementMinor: 4n };
  const other = { minimumMinor: 20n, maximumMinor: 1_000n, incrementMinor: 6n };
  const fits = (amount: bigint, each: typeof one) =>
    amount >= each.minimumMinor &&
    amount <= each.maximumMinor &&
    amount % each.incrementMinor === 0n;
  for (let amount = 1n; amount <= 1_100n; amount += 1n) {
    expect(fits(amount, strictest(one, other))).toBe(fits(amount, one) && fits(amount, other));
  }
  expect(strictest()).toEqual(OPEN_LIMITS);
});
