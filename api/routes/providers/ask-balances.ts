import { ProviderError, type Provider } from '../../../providers/port.ts';

/** A person waits for the answer: what takes longer is as good as none. */
const WAIT_MS = 3_000;

/** What a provider said of its balances just now. */
export interface Asked {
  balances: { currency: string; minor: bigint | null }[];
  /** Why it did not answer; null where it did, even if it has no balance to tell. */
  problem: string | null;
  tookMs: number;
}

/** Asks a provider for its balance in each of these currencies at once. */
export async function askBalances(
  provider: Provider,
  currencies: readonly string[],
): Promise<Asked> {
  const startedAt = performance.now();
  const told = await Promise.all(currencies.map((currency) => askOne(provider, currency)));
  return {
    balances: told.map(({ currency, minor }) => ({ currency, minor })),
    problem: told.find(({ problem }) => problem !== null)?.problem ?? null,
    tookMs: Math.round(performance.now() - startedAt),
  };
}

async function askOne(provider: Provider, currency: string) {
  const held: { timer?: NodeJS.Timeout } = {};
  const late = new Promise<never>((_, reject) => {
    held.timer = setTimeout(
      reject,
      WAIT_MS,
      new ProviderError('unreachable', `It did not answer within ${WAIT_MS / 1_000} s.`),
    );
  });
  try {
    const minor = await Promise.race([provider.balance(currency), late]);
    return { currency, minor, problem: null };
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    const problem = error.code === 'unsupported' ? null : error.message;
    return { currency, minor: null, problem };
  } finally {
    clearTimeout(held.timer);
  }
}
