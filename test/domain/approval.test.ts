import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  isTooEarly,
  missingOf,
  missingOfAll,
  peopleIn,
  type Word,
} from '../../domain/approval/missing.ts';
import {
  holds,
  requirementsOf,
  type BatchFacts,
  type RuleOfApproval,
} from '../../domain/approval/requirements.ts';
import type { ApprovalStep } from '../../domain/approval/rule.ts';
import { roleLevel, type Role } from '../../domain/permissions.ts';

const APPROVERS = ['manager', 'admin', 'super_admin'] as const satisfies readonly Role[];
const role = fc.constantFrom(...APPROVERS);
const steps = fc.array(fc.record({ role, count: fc.integer({ min: 1, max: 3 }) }), {
  minLength: 1,
  maxLength: 3,
});
const words = fc
  .array(role, { maxLength: 7 })
  .map((roles): Word[] => roles.map((each, place) => ({ actor: `user:${place}`, role: each })));
const asked = (each: readonly ApprovalStep[], ordered = false, excluded: string[] = []) => ({
  steps: each,
  ordered,
  excluded,
});

/** The largest number of seats that people fill, found by trying everything. */
function mostSeats(seats: readonly Role[], people: readonly Word[]): number {
  const [seat, ...others] = seats;
  if (seat === undefined) return 0;
  const without = mostSeats(others, people);
  const taken = people.flatMap((person) =>
    roleLevel(person.role) >= roleLevel(seat)
      ? [1 + mostSeats(others, people.toSpliced(people.indexOf(person), 1))]
      : [],
  );
  return Math.max(without, ...taken);
}

const seatsOf = (each: readonly ApprovalStep[]): Role[] =>
  each.flatMap(({ role: least, count }) => Array.from({ length: count }, () => least));

test('missing people are those that no matching of people to steps can seat', () => {
  fc.assert(
    fc.property(steps, words, (each, said) => {
      fc.pre(seatsOf(each).length <= 6);
      const seats = seatsOf(each);
      expect(peopleIn(missingOf(asked(each), said))).toBe(seats.length - mostSeats(seats, said));
    }),
    { numRuns: 500 },
  );
});

test('whoever is said to be missing meets every requirement by coming, and no one fewer does', () => {
  fc.assert(
    fc.property(fc.array(steps, { minLength: 1, maxLength: 3 }), words, (all, said) => {
      const requirements = all.map((each) => asked(each));
      const lacks = seatsOf(missingOfAll(requirements, said));
      const coming = lacks.map((each, place): Word => ({ actor: `user:new${place}`, role: each }));
      expect(missingOfAll(requirements, [...said, ...coming])).toEqual([]);
      const fewer = coming.slice(1).map((word): Word => ({ ...word, role: 'super_admin' }));
      const stillMissing = missingOfAll(requirements, [...said, ...fewer]).length > 0;
      expect(stillMissing).toBe(lacks.length > 0);
    }),
    { numRuns: 500 },
  );
});

test('a word more never makes more people missing, in order or not', () => {
  fc.assert(
    fc.property(steps, fc.boolean(), words, role, (each, ordered, said, more) => {
      const before = peopleIn(missingOf(asked(each, ordered), said));
      const after = missingOf(asked(each, ordered), [...said, { actor: 'user:x', role: more }]);
      expect(before - peopleIn(after)).toBeOneOf([0, 1]);
    }),
  );
});

test('ordered steps take one after the other, and whoever comes too early is told', () => {
  const each = asked(
    [
      { role: 'admin', count: 1 },
      { role: 'manager', count: 1 },
    ],
    true,
  );
  expect(isTooEarly('manager', [each], [])).toBe(true);
  expect(isTooEarly('admin', [each], [])).toBe(false);
  const first: Word = { actor: 'user:a', role: 'admin' };
  expect(isTooEarly('manager', [each], [first])).toBe(false);
  expect(missingOf(each, [{ actor: 'user:m', role: 'manager' }, first])).toEqual([
    { role: 'manager', count: 1 },
  ]);
});

test('a word that does not count for a requirement leaves it as it is', () => {
  const each = asked([{ role: 'manager', count: 1 }], false, ['user:author']);
  expect(missingOf(each, [{ actor: 'user:author', role: 'super_admin' }])).toHaveLength(1);
  expect(missingOf(each, [{ actor: 'user:other', role: 'manager' }])).toEqual([]);
});

const FACTS: BatchFacts = {
  totalMinor: 5_000n,
  largestMinor: 1_000n,
  payeeDayMinor: 1_000n,
  paymentCount: 5,
  currency: 'USD',
  provider: 'mock',
  newPayee: false,
  changedAccount: false,
  createdBy: 'key:a',
  source: 'manual',
  risk: null,
  ruleAuthors: [],
  approvals: 0,
};
const POLICY = { baseCurrency: 'USD', highValueMinor: 100_000n, secondApproverFactor: 10 };
const highValue = (given: Partial<BatchFacts>) =>
  requirementsOf({ ...FACTS, ...given }, [], POLICY).map(({ steps: [step] }) => step);

describe('high value', () => {
  test.each([
    ['just below the threshold', { largestMinor: 99_999n, payeeDayMinor: 99_999n }, []],
    ['at it', { largestMinor: 100_000n, payeeDayMinor: 100_000n }, [1]],
    ['ten times it', { largestMinor: 1_000_000n, payeeDayMinor: 1_000_000n }, [1]],
    ['more than ten times it', { largestMinor: 1_000_001n, payeeDayMinor: 1_000_001n }, [2]],
    ['split below it, in all at it', { largestMinor: 500n, payeeDayMinor: 100_000n }, [1]],
    ['split into more than ten times it', { payeeDayMinor: 1_000_001n }, [2]],
    ['no rate', { totalMinor: null, largestMinor: null, payeeDayMinor: null }, [1]],
    ['no rate for something else of the day', { payeeDayMinor: null }, [1]],
    [
      'no rate, but far too much by what is known',
      { largestMinor: 2_000_000n, payeeDayMinor: null },
      [2],
    ],
    ['released by the platform', { source: 'escrow', largestMinor: 9_000_000n }, []],
  ] as const)('%s', (_name, given, counts) => {
    expect(highValue(given)).toEqual(counts.map((count) => ({ role: 'admin', count })));
  });
});

test('a rule holds where all of its conditions do, and every condition can keep it from holding', () => {
  const conditions = {
    totalAtLeastMinor: 5_000,
    paymentAtLeastMinor: 1_000,
    paymentsAtLeast: 5,
    currencies: ['USD'],
    providers: ['mock'],
    newPayee: false,
    changedAccount: false,
    creators: ['key:a'],
    sources: ['manual'],
    riskAtLeast: 'medium',
  } as const;
  const facts = { ...FACTS, risk: 'high' } as const;
  expect(holds(conditions, facts)).toBe(true);
  const others: Partial<BatchFacts>[] = [
    { totalMinor: 4_999n },
    { largestMinor: 999n },
    { paymentCount: 4 },
    { currency: 'EUR' },
    { provider: 'stripe' },
    { newPayee: true },
    { changedAccount: true },
    { createdBy: 'key:b' },
    { source: 'quick' },
    { risk: 'low' },
    { risk: null },
  ];
  for (const other of others) expect(holds(conditions, { ...facts, ...other })).toBe(false);
  expect(holds(conditions, { ...facts, totalMinor: null, largestMinor: null })).toBe(true);
});

const RULE: RuleOfApproval = {
  id: 'arl_1',
  name: 'Many',
  conditions: {},
  steps: [{ role: 'manager', count: 1 }],
  ordered: false,
  expiresAfterMinutes: null,
  escalateAfterMinutes: null,
};

test('authors of new rules and open risk ask for more only where an approval is needed anyhow', () => {
  const facts: BatchFacts = { ...FACTS, ruleAuthors: ['user:author'], risk: 'medium' };
  expect(requirementsOf(facts, [], POLICY)).toEqual([]);
  expect(requirementsOf(facts, [RULE], POLICY)).toMatchObject([
    { ruleId: 'arl_1' },
    { name: 'New payout rules', excluded: ['user:author'] },
    { name: 'Suspicious activity', steps: [{ role: 'manager', count: 2 }] },
  ]);
  expect(requirementsOf({ ...facts, risk: 'low' }, [RULE], POLICY)).toHaveLength(2);
});

test('escrow releases are asked about only by rules that name them, or by what every batch needs', () => {
  const facts: BatchFacts = { ...FACTS, source: 'escrow', largestMinor: 10n ** 12n };
  expect(requirementsOf(facts, [RULE], POLICY)).toEqual([]);
  const named = { ...RULE, conditions: { sources: ['escrow'] as const } };
  expect(requirementsOf(facts, [named], POLICY)).toHaveLength(1);
  expect(requirementsOf({ ...facts, approvals: 2 }, [], POLICY)).toMatchObject([
    { steps: [{ role: 'manager', count: 2 }] },
  ]);
});
