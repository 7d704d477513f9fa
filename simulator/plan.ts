import { z } from 'zod';
import { effectSchema, REACH, type Effect, type Operation } from './effects.ts';

const RULES_MAX = 1_000;

const name = z.string().min(1).max(255);
const pattern = z.union([name, z.array(name).min(1).max(10_000)]);
const turn = z.int().min(1);

const whenSchema = z.strictObject({
  provider: pattern.optional(),
  operation: pattern.optional(),
  reference: pattern.optional(),
  recipient: pattern.optional(),
  nth: z.union([turn, z.array(turn).min(1).max(10_000)]).optional(),
});

const ruleSchema = z.preprocess(
  gatherEffect,
  z
    .strictObject({
      when: whenSchema.default({}),
      probability: z.number().min(0).max(1).default(1),
      effect: effectSchema,
    })
    .refine((rule) => reachOf(rule.when, rule.effect).length > 0, {
      path: ['when', 'operation'],
      error: 'this effect cannot show in this operation',
    }),
);

/** The body of `POST /_sim/faults`. */
export const planSchema = z.strictObject({
  seed: z.int().default(1),
  rules: z.array(ruleSchema).max(RULES_MAX),
});

export type FaultPlan = z.infer<typeof planSchema>;
export type Rule = FaultPlan['rules'][number];
type When = z.infer<typeof whenSchema>;

/** The operations in which a rule shows. */
export function reachOf(when: When, effect: Effect): readonly Operation[] {
  const reach = REACH[effect.type];
  if (when.operation === undefined) return reach.usual;
  const named = reach.possible.filter(matcher(when.operation));
  return reach.stage === 'create' && named.length > 0 ? ['submit'] : named;
}

/** A test for one value of `when`: a value, a list of values, each of which may end in `*`. */
export function matcher(values: string | readonly string[]): (value: string) => boolean {
  const list = typeof values === 'string' ? [values] : values;
  const exact = new Set(list.filter((value) => !value.endsWith('*')));
  const starts = list.filter((value) => value.endsWith('*')).map((value) => value.slice(0, -1));
  return (value) => exact.has(value) || starts.some((start) => value.startsWith(start));
}

// Both ways to write an effect become one: {effect: 'delay', ms: 5} and {effect: {type: 'delay', ms: 5}}.
function gatherEffect(rule: unknown): unknown {
  if (!isObject(rule)) return rule;
  const { when, probability, effect, ...beside } = rule;
  const gathered = {
    ...(when === undefined ? {} : { when }),
    ...(probability === undefined ? {} : { probability }),
  };
  if (typeof effect === 'string') return { ...gathered, effect: { ...beside, type: effect } };
  if (!isObject(effect)) return rule;
  const { type, name: alias, effect: nested, ...parameters } = effect;
  return { ...gathered, ...beside, effect: { ...parameters, type: type ?? alias ?? nested } };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
