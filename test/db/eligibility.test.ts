import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { openDatabase, type Db } from '../../db/client.ts';
import { newId } from '../../db/new-id.ts';
import { SYSTEM } from '../../db/queries/actor.ts';
import { createBatch } from '../../db/queries/create-batch.ts';
import {
  listPayableAffiliates,
  summarisePayableAffiliates,
} from '../../db/queries/payable-affiliates.ts';
import { previewBatch } from '../../db/queries/preview.ts';
import { storeChannels } from '../../db/queries/provider-channels.ts';
import { writeTerms } from '../../db/rule-terms.ts';
import {
  OPEN_LIMITS,
  SKIP_REASONS,
  skipCodes,
  strictest,
  type AmountLimits,
  type PayeeFacts,
} from '../../domain/eligibility.ts';
import { fittingLimit, paymentParts } from '../../domain/payout-limits.ts';
import { DEFAULT_PROGRAMME_ID } from '../../domain/rules/programme.ts';
import type { PayoutTerms } from '../../domain/rules/terms.ts';
import { insertEarned, insertMaturing, insertRule } from '../support/earned.ts';
import { insertPayee } from '../support/releases.ts';
import { insertPayable } from '../support/rows.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

let database: TestDatabase;
let db: Db;

beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase(database.databaseUrl);
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

const request = { currency: 'USD', provider: 'mock', limits: OPEN_LIMITS };

/** The provider's limits that each payee is judged by, one after the other. */
const TERMS: (AmountLimits | null)[] = [
  OPEN_LIMITS,
  { minimumMinor: 1_000n, maximumMinor: 20_000n, incrementMinor: 50n },
  { minimumMinor: 1n, maximumMinor: 999_999n, incrementMinor: 100n },
  null,
];

/** Stored for the channel A; the channel B is one that the provider has not listed. */
const CHANNEL = {
  code: 'A',
  currency: 'USD',
  name: 'Bank A',
  category: 'BANK',
  minimumMinor: 200n,
  maximumMinor: 12_400n,
  incrementMinor: 40n,
};

/** What rules say of payouts; a group and some single payees have their own. */
const RULES: Record<'programme' | 'group' | 'payee', PayoutTerms> = {
  programme: {
    minimums: [
      { currency: 'USD', amountMinor: 150n, method: null, country: null },
      { currency: 'USD', amountMinor: 12_346n, method: null, country: 'DE' },
      { currency: 'USD', amountMinor: 140n, method: 'mock', country: null },
      { currency: 'USD', amountMinor: 90n, method: 'A', country: null },
      { currency: 'EUR', amountMinor: 900n, method: null, country: null },
    ],
    maximums: [
      { currency: 'USD', amountMinor: 9_001n, method: null, country: null },
      { currency: 'USD', amountMinor: 19n, method: 'B', country: null },
      { currency: 'USD', amountMinor: 180n, method: 'A', country: 'DE' },
    ],
  },
  group: {
    minimums: [{ currency: 'USD', amountMinor: 1n, method: null, country: null }],
    maximums: [],
  },
  payee: {
    minimums: [],
    maximums: [{ currency: 'USD', amountMinor: 6_173n, method: null, country: 'US' }],
  },
};
const NO_RULES: PayoutTerms = { minimums: [], maximums: [] };

const KYC_STATES: PayeeFacts['kycStatus'][] = [
  ...([
    'APPROVED',
    'APPROVED',
    'APPROVED',
    'APPROVED',
    'PENDING',
    'NOT_STARTED',
    'REJECTED',
  ] as const),
  null,
];
const AMOUNTS = [-500n, 1n, 99n, 100n, 150n, 200n, 12_345n, 12_400n, 20_000n, 20_001n];

const payeeKind = fc.record({
  kycStatus: fc.constantFrom(...KYC_STATES),
  changed: fc.constantFrom('never', 'never', 'never', 'lately', 'long_ago', 'verified_since'),
  hold: fc.constantFrom(null, null, null, null, 'manual', 'risk'),
  blocked: fc.constantFrom(null, null, null, null, 'blocked_code', 'failed_hold'),
  amountMinor: fc.constantFrom(...AMOUNTS),
  /** What clawbacks of another programme take. */
  debtMinor: fc.constantFrom(0n, 0n, 0n, 60n),
  currency: fc.constantFrom('USD', 'USD', 'USD', 'EUR'),
  state: fc.constantFrom('free', 'free', 'free', 'free', 'claimed', 'held', 'maturing'),
  channel: fc.constantFrom(null, 'A', 'A', 'B'),
  country: fc.constantFrom('US', 'US', 'DE'),
  ruledBy: fc.constantFrom('programme', 'programme', 'group', 'payee'),
});
type Kind = typeof payeeKind extends fc.Arbitrary<infer T> ? T : never;

interface Asked {
  limits: AmountLimits | null;
  ruled: boolean;
  /** Only the first programme; else all. */
  filtered: boolean;
  ignoreMinimum?: boolean;
}

function factsOf(kind: Kind, { limits, ruled, filtered, ignoreMinimum }: Asked): PayeeFacts {
  const here = kind.currency === 'USD' && kind.state === 'free';
  const account = kind.kycStatus !== null;
  const owedMinor = (here ? kind.amountMinor : 0n) - kind.debtMinor;
  const debts = kind.debtMinor > 0n && !filtered ? 1 : 0;
  const where = {
    currency: 'USD',
    provider: 'mock',
    channelCode: account ? kind.channel : null,
    country: kind.country,
  };
  const terms = ruled ? RULES[kind.ruledBy] : NO_RULES;
  const state = (name: Kind['state']) => (kind.state === name && kind.currency === 'USD' ? 1 : 0);
  const minimum = fittingLimit(terms.minimums, where)?.amountMinor ?? 100n;
  return {
    riskHeld: kind.hold === 'risk',
    held: kind.hold === 'manual' || (kind.blocked !== null && account),
    kycStatus: kind.kycStatus,
    accountCooling: kind.kycStatus !== null && kind.changed === 'lately',
    payableMinor: filtered ? (here ? kind.amountMinor : 0n) : owedMinor,
    payableCount: (here ? 1 : 0) + debts,
    claimedCount: state('claimed'),
    heldCount: state('held'),
    maturingCount: state('maturing'),
    otherCurrencyCount: kind.currency === 'EUR' && kind.state === 'free' ? 1 : 0,
    owedMinor,
    minimumMinor: ignoreMinimum ? 0n : minimum,
    maximumMinor: fittingLimit(terms.maximums, where)?.amountMinor ?? null,
    limits: limits && account && kind.channel === 'A' ? strictest(limits, CHANNEL) : limits,
  };
}

async function insertKind(kind: Kind): Promise<string> {
  const payeeId = await insertPayee(db, kind.kycStatus);
  const { amountMinor, currency, state } = kind;
  if (state === 'maturing' && currency === 'USD') {
    await insertMaturing(db, payeeId, amountMinor, new Date(Date.now() + 86_400_000));
  } else if (state !== 'maturing') {
    const earned = { amountMinor, currency, held: state === 'held' };
    const { payableId } = await insertEarned(db, payeeId, earned);
    const claim = "update payables set payment_id = 'pay_other' where id = $1";
    if (state === 'claimed') await db.run(z.unknown(), claim, [payableId]);
  }
  if (kind.debtMinor > 0n) {
    const debt = { amountMinor: -kind.debtMinor, programmeId: newId('programme') };
    await insertEarned(db, payeeId, debt);
  }
  await db.run(
    z.unknown(),
    `with account as (
       update accounts set channel_code = $2, blocked_code = case when $3::text = 'blocked_code' then 'invalid_destination' end,
         failed_hold = coalesce($3::text = 'failed_hold', false), created_at = now() - interval '90 days',
         changed_by = case when $7 <> 'never' then 'user:changer' end,
         changed_at = now() - case $7 when 'never' then interval '90 days' when 'long_ago' then interval '73 hours'
           else interval '71 hours' end,
         verified_by = 'user:' || case when $7 = 'lately' then 'changer' else 'other' end, verified_at = now() - interval '70 hours'
       where payee_id = $1
     )
     update payees set country = $4, group_name = $5, hold_kind = $6, hold_reason = case when $6::text is not null then 'asked to wait' end
     where id = $1`,
    [
      payeeId,
      kind.channel,
      kind.blocked,
      kind.country,
      kind.ruledBy === 'group' ? 'vip' : null,
      kind.hold,
      kind.changed,
    ],
  );
  return payeeId;
}

const kinds = new Map<string, Kind>();
const seen = new Set<string | null>();

async function expectAgreement(asked: Asked): Promise<void> {
  const { limits, filtered, ignoreMinimum } = asked;
  const { items } = await previewBatch(db, {
    ...request,
    limits,
    ignoreMinimum,
    affiliateIds: [...kinds.keys()],
    ...(filtered && { programmeId: DEFAULT_PROGRAMME_ID }),
  });
  const expected = [...kinds].map(([id, kind]) => {
    const facts = factsOf(kind, asked);
    const [code = null] = skipCodes(facts);
    const maximum = facts.maximumMinor ?? facts.payableMinor;
    const parts = code
      ? null
      : paymentParts(
          facts.payableMinor,
          maximum,
          strictest(...(facts.limits ? [facts.limits] : [])),
        );
    return [id, { code, payments: parts?.length ?? 0 }] as const;
  });
  expect(
    new Map(items.map(({ affiliateId, code, payments }) => [affiliateId, { code, payments }])),
  ).toEqual(new Map(expected));
  for (const { code, payments } of items) seen.add(payments > 1 ? 'in_parts' : code);
}

/** The list shows those with something payable, with all reasons. */
async function expectListed(asked: Asked): Promise<void> {
  const known = new Map(asked.limits ? [['USD', asked.limits]] : []);
  const filter = { provider: 'mock', currency: 'USD' };
  const listed = await listPayableAffiliates(db, filter, known, undefined, 1_000);
  const facts = [...kinds].map(([id, kind]) => [id, factsOf(kind, asked)] as const);
  expect(new Map(listed.map(({ id, reasons }) => [id, reasons]))).toEqual(
    new Map(
      facts
        .filter(([, { payableCount }]) => payableCount > 0)
        .map(([id, each]) => [id, skipCodes({ ...each, claimedCount: 0 })]),
    ),
  );
}

test('the database judges 400 payees of every kind as domain/eligibility.ts does', async () => {
  await storeChannels(db, 'mock', 'USD', [CHANNEL]);
  for (const kind of fc.sample(payeeKind, 400)) kinds.set(await insertKind(kind), kind);
  for (const limits of TERMS) {
    await expectAgreement({ limits, ruled: false, filtered: false });
    await expectAgreement({ limits, ruled: false, filtered: true });
    await expectListed({ limits, ruled: false, filtered: false });
  }
  expect(seen.has('in_parts')).toBe(false);
});

test('it judges so by the rules of programme, group and payee, too', async () => {
  await insertRule(db, { payout: writeTerms({ payout: RULES.programme }).payout });
  await insertRule(db, writeTerms({ payout: RULES.group }), { groupName: 'vip' });
  for (const [payeeId, kind] of kinds) {
    if (kind.ruledBy !== 'payee') continue;
    await insertRule(db, writeTerms({ payout: RULES.payee }), { payeeId });
  }
  for (const limits of TERMS) {
    await expectAgreement({ limits, ruled: true, filtered: false });
    await expectAgreement({ limits, ruled: true, filtered: true });
    await expectAgreement({ limits, ruled: true, filtered: false, ignoreMinimum: true });
    await expectListed({ limits, ruled: true, filtered: false });
  }
  expect(seen).toEqual(new Set([...Object.keys(SKIP_REASONS), 'in_parts', null]));
});

test('the summary counts as ready exactly those that the list shows without a reason', async () => {
  for (const limits of TERMS) {
    const known = new Map(limits ? [['USD', limits]] : []);
    const filter = { provider: 'mock', currency: 'USD' };
    const listed = await listPayableAffiliates(db, filter, known, undefined, 1_000);
    const ready = listed.filter(({ reasons }) => reasons.length === 0).length;
    const [totals] = await summarisePayableAffiliates(db, filter, known);
    expect(totals).toMatchObject({ affiliates: listed.length, ready });
    const filtered = { ...filter, ready: true };
    expect(await listPayableAffiliates(db, filtered, known, undefined, 1_000)).toHaveLength(ready);
    expect(ready > 0).toBe(limits !== null);
  }
});

test('a batch pays exactly what its preview showed, and a stale preview is refused', async () => {
  const preview = await previewBatch(db, request);
  const input = {
    ...request,
    actor: SYSTEM,
    requiredApprovals: 0,
    previewHash: preview.previewHash,
  };
  await insertPayable(db);
  await expect(createBatch(db, { ...input, batchId: newId('batch') })).rejects.toMatchObject({
    code: 'preview_stale',
  });
  const fresh = await previewBatch(db, request);
  const batchId = newId('batch');
  await createBatch(db, { ...input, batchId, previewHash: fresh.previewHash });
  const [made] = await db.run(
    z.object({ payment_count: z.number(), total_minor: z.bigint() }),
    'select payment_count, total_minor from batches where id = $1',
    [batchId],
  );
  expect(made).toEqual({
    payment_count: fresh.summary.payments,
    total_minor: fresh.summary.totalAmountMinor,
  });
});
