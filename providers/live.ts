import { setTimeout as sleep } from 'node:timers/promises';
import { readProvidersConfig } from './config.ts';
import type { Provider, Providers } from './port.ts';
import { makeProviders, type ProvidersConfig } from './registry.ts';
import { weakProviderSecrets } from './secrets.ts';
import type { ProviderTools } from './tools.ts';

/** Calls under way at an adapter with the former secrets get this long to end. */
const LAST_CALLS_MS = 120_000;
const PREFIXES = ['MOCK', 'GENERIC', 'XENDIT', 'RISEWORKS', 'STRIPE'].map(
  (name) => `BURSAR_${name}_`,
);

/** Providers whose secrets may change while they are used. */
export interface LiveProviders extends Providers {
  heeds(variable: string): boolean;
  /** Takes the settings that hold now. Throws, and keeps those it has, where one is not fit. */
  take(set: Readonly<Record<string, string>>): void;
}

/** Makes the adapters of all configured providers, and makes them anew when their secrets change. */
export function makeLiveProviders(config: ProvidersConfig, tools: ProviderTools): LiveProviders {
  let current = makeProviders(config, tools);
  const former = new Set<Providers>();
  const retire = async (providers: Providers): Promise<void> => {
    former.add(providers);
    await sleep(LAST_CALLS_MS, undefined, { ref: false });
    if (former.delete(providers)) await providers.close();
  };
  return {
    named: (name) => current.named(name),
    all: () => current.all(),
    heeds: (variable) => PREFIXES.some((prefix) => variable.startsWith(prefix)),
    take(set) {
      const next = readProvidersConfig(set);
      const problems = [...next.problems, ...weakProviderSecrets(set)];
      if (problems.length > 0) throw new RangeError(problems.join('; '));
      const made = makeProviders(next.config, tools);
      const lost = namesOf(current).filter((name) => made.named(name) === null);
      if (lost.length > 0) {
        void made.close();
        throw new RangeError(`${lost.join(', ')} would be gone: that takes a restart`);
      }
      void retire(current);
      current = made;
    },
    close: async () => {
      await Promise.all([current, ...former].map((providers) => providers.close()));
      former.clear();
    },
  };
}

const namesOf = (providers: Providers): Provider['name'][] =>
  providers.all().map(({ name }) => name);
