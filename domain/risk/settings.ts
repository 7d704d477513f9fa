import { z } from 'zod';
import { RISK_LEVELS } from './rule.ts';

/** An organisation sets these as `risk` of its security policy; docs/risk.md says what each means. */
const level = (usual: (typeof RISK_LEVELS)[number]) => z.enum(RISK_LEVELS).default(usual);
const count = (usual: number, most = 1_000_000) => z.int().min(1).max(most).default(usual);
const spanOf = (usual: number, most: number) => z.int().min(0).max(most).default(usual);
const share = (usual: number) => z.number().min(0).max(1).default(usual);
const factor = (usual: number) => z.number().min(1).max(1_000_000).default(usual);

const HOURS_MAX = 8_760;
const MINUTES_MAX = 10_080;

const rule = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.strictObject({ enabled: z.boolean().default(true), ...shape }).prefault({} as never);

/**
 * What every rule goes by: all thresholds, with their defaults. Parsing `{}` gives the defaults; unknown
 * rules and thresholds are refused. Ends of spans count: `5` means five or more, unless a name says
 * `above`.
 */
export const riskSettings = z.strictObject({
  /** Rules that compare with a history are silent until the installation's first payment is so old. */
  quietDays: spanOf(7, 365),
  changed_details: rule({ level: level('high'), withinHours: spanOf(72, HOURS_MAX) }),
  new_payee_high_value: rule({ level: level('high') }),
  shared_destination: rule({ level: level('high'), affiliates: count(3, 50) }),
  velocity: rule({
    level: level('medium'),
    severeLevel: level('high'),
    withinHours: spanOf(24, HOURS_MAX),
    payoutsAbove: count(5),
    timesUsualAbove: factor(3),
    severeTimesUsualAbove: factor(10),
    leastUsualDays: count(3),
  }),
  structuring: rule({
    level: level('high'),
    withinHours: spanOf(24, HOURS_MAX),
    items: count(3),
    fromShare: share(0.9),
  }),
  look_alike: rule({ level: level('medium'), withinHours: spanOf(24, HOURS_MAX) }),
  unusual_hour: rule({
    level: level('low'),
    newDeviceLevel: level('medium'),
    leastActions: count(20),
    leastDays: count(5, 30),
    usualShareFrom: share(0.02),
  }),
  new_device: rule({
    level: level('medium'),
    highValueLevel: level('high'),
    knownAfterHours: spanOf(24, HOURS_MAX),
    leastActions: count(5),
  }),
  two_networks: rule({
    level: level('high'),
    unboundKeyLevel: level('medium'),
    withinMinutes: spanOf(10, MINUTES_MAX),
    familiarDays: spanOf(5, 90),
  }),
  failed_sign_ins: rule({
    level: level('medium'),
    successLevel: level('high'),
    withinMinutes: spanOf(10, MINUTES_MAX),
    failures: count(5),
  }),
  permission_probing: rule({
    level: level('high'),
    withinMinutes: spanOf(5, MINUTES_MAX),
    denials: count(10),
  }),
  fresh_role: rule({ level: level('high'), withinHours: spanOf(24, HOURS_MAX) }),
  approver_pair: rule({
    level: level('medium'),
    withinDays: spanOf(30, 90),
    shareAbove: share(0.9),
    leastApprovals: count(10),
    withinSeconds: spanOf(10, 3_600),
  }),
  bulk_reveal: rule({
    level: level('high'),
    withinMinutes: spanOf(60, MINUTES_MAX),
    reveals: count(50),
    exports: count(3),
  }),
  provider_failures: rule({
    level: level('medium'),
    shareAbove: share(0.2),
    leastAnswers: count(20),
    invalidAccountsInARow: count(5, 500),
  }),
  webhook_attack: rule({
    level: level('high'),
    disagreementLevel: level('critical'),
    withinMinutes: spanOf(5, MINUTES_MAX),
    rejections: count(3),
  }),
  raised_limits: rule({
    level: level('medium'),
    makerLevel: level('high'),
    rateFallAbove: share(0.05),
    withinHours: spanOf(24, HOURS_MAX),
    timesUsualAbove: factor(1.5),
    leastBatches: count(3),
  }),
  conversion_spike: rule({
    level: level('medium'),
    timesUsualAbove: factor(5),
    leastUsualDays: count(10, 90),
    refundShareAbove: share(0.3),
    leastEarnings: count(10),
  }),
});

/** Every rule with its thresholds. */
export type RiskSettings = z.output<typeof riskSettings>;
