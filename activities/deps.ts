import type { Client } from '@temporalio/client';
import type { Db } from '../db/client.ts';
import type { Vault } from '../db/vault.ts';
import type { Provider, Providers } from '../providers/port.ts';
import { cannotGoOn } from './failures.ts';

/** What activities work with; made by `worker/` alone. */
export interface Deps {
  db: Db;
  vault: Vault;
  providers: Providers;
  temporal: Client;
  /** So long a payment waits for its payee to have a verified account. */
  parkedMaxMs: number;
}

/** Names the batch that an activity is about. */
export interface BatchRef {
  batchId: string;
}

/** The adapter, or a failure that no repetition heals: the worker is not configured for it. */
export function providerNamed(providers: Providers, name: string): Provider {
  const provider = providers.named(name);
  if (!provider)
    throw cannotGoOn('provider_not_configured', `no worker here is configured for ${name}`);
  return provider;
}
