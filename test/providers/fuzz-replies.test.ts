import { describe, expect, test } from 'vitest';
import { ProviderError, type LookupOrder } from '../../providers/port.ts';
import {
  ADAPTERS,
  fuzzedOrder,
  openFuzzed,
  REFERENCE,
  type FuzzedProvider,
} from './fuzzed-replies.ts';

/** Five adapters: 100,000 replies in all. */
const REPLIES = 20_000;
const SEED = 20_261_121;
const OUTCOMES = [
  'ACCEPTED',
  'SETTLED',
  'RETRY_SAME_KEY',
  'AMBIGUOUS',
  'FAILED_RETRYABLE',
  'FAILED_FINAL',
  'RETURNED',
  'PARTLY_RETURNED',
  'HALT_BATCH',
  'ABSENT',
];
const names = Object.keys(ADAPTERS) as (keyof typeof ADAPTERS)[];

/** Calls outside a payment may fail, but only in our words. */
async function inOurWords(run: () => Promise<unknown>): Promise<string | null> {
  try {
    await run();
    return null;
  } catch (error) {
    return error instanceof ProviderError ? null : String(error);
  }
}

async function listed(provider: FuzzedProvider['provider']): Promise<void> {
  let pages = 0;
  for await (const { createdAt } of provider.listTransfers(new Date(0), new Date())) {
    if (!Number.isFinite(createdAt.getTime())) throw new Error('a transfer of no time');
    pages += 1;
    if (pages > 20) return;
  }
}

/** Everything that an adapter is asked, once; what went wrong in it. */
async function askAll({ provider, ...rest }: FuzzedProvider, seen: Set<string>): Promise<string[]> {
  const order = fuzzedOrder({ provider, ...rest });
  const payment = provider.prepare(order);
  const known: LookupOrder = { ...order, sentAt: new Date() };
  const wrong: string[] = [];
  const judge = (what: string, given: ReadonlyMap<string, { kind: string }>) => {
    const kind = given.get(REFERENCE)?.kind ?? 'nothing';
    seen.add(kind);
    if (!OUTCOMES.includes(kind)) wrong.push(`${what}: ${kind}`);
  };
  try {
    const staged = await provider.stage?.([payment]);
    if (staged?.kind === 'refused') judge('stage', staged.outcomes);
    const signed = {
      body: '{"typed_data":{}}',
      expiresAt: new Date(Date.now() + 60_000),
      ...(staged?.kind === 'signed' && staged.request),
    };
    judge('submit', await provider.submit([payment], { sendBeforeMs: Infinity, signed }));
    judge('lookup', await provider.lookup([known]));
  } catch (error) {
    wrong.push(`threw ${String(error)}`);
  }
  for (const run of [
    () => provider.cancel(known),
    () => provider.balance(rest.currency),
    () => provider.syncAccounts([rest.accountRef]),
    () => listed(provider),
    () => provider.reverse?.(known, 'key') ?? Promise.resolve(),
    () => provider.channels?.(rest.currency) ?? Promise.resolve(),
  ]) {
    const fault = await inOurWords(run);
    if (fault !== null) wrong.push(fault);
  }
  return wrong;
}

describe('replies that are drawn at random', () => {
  test.each(names)(
    'of %s: each is an outcome or a refusal in our words, and none ends the process',
    async (name) => {
      const fuzzed = openFuzzed(name, SEED);
      const wrong: string[] = [];
      const seen = new Set<string>();
      let longestMs = 0;
      while (fuzzed.replies() < REPLIES && wrong.length < 5) {
        const startedAt = performance.now();
        const faults = await askAll(fuzzed, seen);
        longestMs = Math.max(longestMs, performance.now() - startedAt);
        wrong.push(...faults.map((fault) => `${fault} after ${fuzzed.last().slice(0, 300)}`));
      }
      expect(wrong).toEqual([]);
      expect(fuzzed.replies()).toBeGreaterThanOrEqual(REPLIES);
      // Deep enough: some replies were right, some were refusals, some were neither.
      expect(seen.size).toBeGreaterThan(3);
      expect(longestMs).toBeLessThan(10_000);
      await fuzzed.provider.close();
    },
    300_000,
  );
});
