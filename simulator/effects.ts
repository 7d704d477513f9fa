import { z } from 'zod';

/**
 * What a rule's `when.operation` may name. `accounts` is the list of accounts; `login` and `draft` are
 * the steps that some providers want before a submission, and move nothing.
 */
export type Operation =
  'login' | 'draft' | 'submit' | 'lookup' | 'cancel' | 'balance' | 'accounts' | 'webhook';

/**
 * When an effect is drawn: for a whole call, for the key of an item, for an item about to become a
 * transfer, for an item in an answer, or for an event about to be delivered.
 */
export type Stage = 'call' | 'key' | 'create' | 'answer' | 'webhook';

const ms = z.int().min(0).max(604_800_000);
const code = z.string().min(1).max(100);
const status = z.int().min(200).max(599);

/** Every effect with its parameters; an unknown parameter is refused. */
export const effectSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('refuse') }),
  z.strictObject({ type: z.literal('status_before'), status, code: code.optional() }),
  z.strictObject({ type: z.literal('delay'), ms }),
  z.strictObject({
    type: z.literal('rate_limit'),
    perSecond: z.number().positive().max(1_000_000),
  }),
  z.strictObject({ type: z.literal('accept_then_reset') }),
  z.strictObject({ type: z.literal('accept_then_status'), status, code: code.optional() }),
  z.strictObject({ type: z.literal('accept_then_hang'), ms }),
  z.strictObject({ type: z.literal('shuffle') }),
  z.strictObject({ type: z.literal('forget_key') }),
  z.strictObject({ type: z.literal('reject'), code }),
  z.strictObject({ type: z.literal('settle_after'), ms }),
  z.strictObject({ type: z.literal('never_settle') }),
  z.strictObject({ type: z.literal('fail_after'), ms, code: code.default('bank_declined') }),
  z.strictObject({ type: z.literal('return_after'), ms }),
  z.strictObject({ type: z.literal('webhook_first') }),
  z.strictObject({ type: z.literal('omit') }),
  z.strictObject({ type: z.literal('wrong_id') }),
  z.strictObject({ type: z.literal('wrong_amount') }),
  z.strictObject({ type: z.literal('unknown_status'), status: code.default('in_limbo') }),
  z.strictObject({ type: z.literal('webhook_drop') }),
  z.strictObject({ type: z.literal('webhook_duplicate'), n: z.int().min(2).max(100).default(2) }),
  z.strictObject({ type: z.literal('webhook_delay'), ms }),
  z.strictObject({ type: z.literal('webhook_shuffle') }),
  z.strictObject({ type: z.literal('webhook_forge') }),
]);

export type Effect = z.infer<typeof effectSchema>;
export type EffectType = Effect['type'];

type Reach = {
  readonly stage: Stage;
  /** The operations of a rule that names none. */
  readonly usual: readonly Operation[];
  /** The operations that a rule may name. */
  readonly possible: readonly Operation[];
};

const CALLS: readonly Operation[] = [
  'login',
  'draft',
  'submit',
  'lookup',
  'cancel',
  'balance',
  'accounts',
];
const SUBMIT: readonly Operation[] = ['submit'];
const anyCall: Reach = { stage: 'call', usual: CALLS, possible: CALLS };
const afterwards: Reach = { stage: 'call', usual: SUBMIT, possible: CALLS };
const creation: Reach = { stage: 'create', usual: SUBMIT, possible: SUBMIT };
const lie: Reach = { stage: 'answer', usual: SUBMIT, possible: ['submit', 'lookup', 'cancel'] };
const delivery: Reach = { stage: 'webhook', usual: ['webhook'], possible: ['webhook'] };

/** Where each effect can show. */
export const REACH: Readonly<Record<EffectType, Reach>> = {
  refuse: anyCall,
  status_before: anyCall,
  delay: anyCall,
  rate_limit: anyCall,
  accept_then_reset: afterwards,
  accept_then_status: afterwards,
  accept_then_hang: afterwards,
  shuffle: { stage: 'call', usual: SUBMIT, possible: ['submit', 'lookup'] },
  forget_key: { stage: 'key', usual: SUBMIT, possible: SUBMIT },
  reject: creation,
  settle_after: creation,
  never_settle: creation,
  fail_after: creation,
  return_after: creation,
  // It shows in both places, and a plan may name either.
  webhook_first: { stage: 'create', usual: SUBMIT, possible: ['submit', 'webhook'] },
  omit: lie,
  wrong_id: lie,
  wrong_amount: lie,
  unknown_status: lie,
  webhook_drop: delivery,
  webhook_duplicate: delivery,
  webhook_delay: delivery,
  webhook_shuffle: delivery,
  webhook_forge: delivery,
};
