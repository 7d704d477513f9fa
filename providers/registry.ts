import { makeGenericProvider, type GenericConfig } from './generic/provider.ts';
import { makeMockProvider, type MockConfig } from './mock/provider.ts';
import type { Provider, Providers } from './port.ts';
import type { ProviderTools } from './tools.ts';
import { makeRiseProvider, type RiseConfig } from './riseworks/provider.ts';
import type { XenditConfig } from './xendit/config.ts';
import type { StripeConfig } from './stripe/config.ts';
import { makeStripeProvider } from './stripe/provider.ts';
import { makeXenditProvider } from './xendit/provider.ts';

/** Where and how to reach each provider; one that is left out is not available. */
export interface ProvidersConfig {
  mock?: MockConfig | undefined;
  generic?: GenericConfig | undefined;
  xendit?: XenditConfig | undefined;
  riseworks?: RiseConfig | undefined;
  stripe?: StripeConfig | undefined;
}

/** Makes the adapters of all configured providers. Call `close` when done. */
export function makeProviders(config: ProvidersConfig, tools: ProviderTools): Providers {
  const providers: Provider[] = [];
  if (config.mock) providers.push(makeMockProvider(config.mock, tools));
  if (config.generic) providers.push(makeGenericProvider(config.generic, tools));
  if (config.xendit) providers.push(makeXenditProvider(config.xendit, tools));
  if (config.riseworks) providers.push(makeRiseProvider(config.riseworks, tools));
  if (config.stripe) providers.push(makeStripeProvider(config.stripe, tools));
  return {
    named: (name) => providers.find((provider) => provider.name === name) ?? null,
    all: () => providers,
    close: async () => {
      await Promise.all(providers.map((provider) => provider.close()));
    },
  };
}
