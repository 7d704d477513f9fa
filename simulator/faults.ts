import { REACH, type Effect, type Operation, type Stage } from './effects.ts';
import { matcher, reachOf, type FaultPlan, type Rule } from './plan.ts';
import { draw, shuffled } from './random.ts';

/** What a call is about: one payment, or one of many. */
export type Subject = { readonly reference: string | null; readonly recipient: string | null };

/** An effect that has been drawn. `rule` tells rules of the same effect apart. */
export type Fired = { readonly rule: number; readonly effect: Effect };

type ActiveRule = {
  readonly index: number;
  readonly rule: Rule;
  readonly stage: Stage;
  readonly operations: ReadonlySet<Operation>;
  readonly nth: ReadonlySet<number> | null;
  readonly matchesProvider: (provider: string) => boolean;
  /** null where the rule asks for no payment in particular. */
  readonly matchesSubject: ((subject: Subject) => boolean) | null;
  matched: number;
  hits: number;
};

/**
 * The fault rules in force. A rule counts each call (or item, or event) that fits its `when`; whether
 * it fires depends on the seed, its place and that count only.
 */
export class Faults {
  #seed = 1;
  #rules: ActiveRule[] = [];
  #shuffles = 0;

  /** Replaces all rules; counts begin again. */
  load(plan: FaultPlan): void {
    this.#seed = plan.seed;
    this.#rules = plan.rules.map(activate);
    this.#shuffles = 0;
  }

  get active(): boolean {
    return this.#rules.length > 0;
  }

  /** The rules as understood, with how often each fitted (`matched`) and fired (`hits`). */
  describe() {
    const rules = this.#rules.map(({ rule, matched, hits }) => ({ ...rule, matched, hits }));
    return { seed: this.#seed, rules };
  }

  /**
   * Whether the call is refused before its body is read: the `refuse` rules that ask for no payment
   * in particular. A refused call still counts for every other rule that it fits.
   */
  refusesUnread(provider: string, operation: Operation): boolean {
    let refused = false;
    for (const rule of this.#rules) {
      if (decidesUnread(rule) && fits(rule, 'call', provider, operation)) {
        refused = this.#fires(rule) || refused;
      }
    }
    if (refused) this.drawCall(provider, operation, []);
    return refused;
  }

  /** The effects on a call whose body has been read, in the order of the rules. */
  drawCall(provider: string, operation: Operation, subjects: readonly Subject[]): Fired[] {
    const fired: Fired[] = [];
    for (const rule of this.#rules) {
      if (decidesUnread(rule) || !fits(rule, 'call', provider, operation)) continue;
      if (rule.matchesSubject !== null && !subjects.some(rule.matchesSubject)) continue;
      if (this.#fires(rule)) fired.push({ rule: rule.index, effect: rule.rule.effect });
    }
    return fired;
  }

  /** The effects on one item of a call, or on one event, in the order of the rules. */
  drawItem(stage: Stage, provider: string, operation: Operation, subject: Subject): Effect[] {
    const fired: Effect[] = [];
    for (const rule of this.#rules) {
      if (!fits(rule, stage, provider, operation)) continue;
      if (rule.matchesSubject !== null && !rule.matchesSubject(subject)) continue;
      if (this.#fires(rule)) fired.push(rule.rule.effect);
    }
    return fired;
  }

  /** The list in another order; each call gives an order of its own. */
  shuffle<T>(list: readonly T[]): T[] {
    this.#shuffles += 1;
    return shuffled(list, this.#seed, -this.#shuffles);
  }

  #fires(rule: ActiveRule): boolean {
    rule.matched += 1;
    if (rule.nth !== null && !rule.nth.has(rule.matched)) return false;
    const { probability } = rule.rule;
    if (probability < 1 && draw(this.#seed, rule.index, rule.matched) >= probability) return false;
    rule.hits += 1;
    return true;
  }
}

function activate(rule: Rule, index: number): ActiveRule {
  const { provider, reference, recipient, nth } = rule.when;
  const isReference = reference === undefined ? null : matcher(reference);
  const isRecipient = recipient === undefined ? null : matcher(recipient);
  const asksForNone = isReference === null && isRecipient === null;
  const passes = (test: ((value: string) => boolean) | null, value: string | null) =>
    test === null || (value !== null && test(value));
  return {
    index,
    rule,
    stage: REACH[rule.effect.type].stage,
    operations: new Set(reachOf(rule.when, rule.effect)),
    nth: nth === undefined ? null : new Set(typeof nth === 'number' ? [nth] : nth),
    matchesProvider: provider === undefined ? () => true : matcher(provider),
    matchesSubject: asksForNone
      ? null
      : (subject) =>
          passes(isReference, subject.reference) && passes(isRecipient, subject.recipient),
    matched: 0,
    hits: 0,
  };
}

function fits(rule: ActiveRule, stage: Stage, provider: string, operation: Operation): boolean {
  return rule.stage === stage && rule.operations.has(operation) && rule.matchesProvider(provider);
}

function decidesUnread(rule: ActiveRule): boolean {
  return rule.rule.effect.type === 'refuse' && rule.matchesSubject === null;
}
