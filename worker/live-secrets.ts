import type { Logger } from 'pino';
import { makeLiveVault, rotateKeys } from '../db/live-keys.ts';
import type { Vault } from '../db/vault.ts';
import { makeLiveProviders } from '../providers/live.ts';
import type { Providers } from '../providers/port.ts';
import { watchSecretFiles } from '../providers/secret-files.ts';
import type { ProviderTools } from '../providers/tools.ts';
import { rotatingCodec, type SealingCodec } from '../temporal/codec.ts';
import type { WorkerEnv } from './env.ts';

/** What is made of secrets, and takes new ones while the worker runs. */
export interface LiveSecrets {
  vault: Vault;
  codec: SealingCodec | null;
  providers: Providers;
  stop: () => void;
}

/** Makes vault, codec and adapters, and keeps them at what the files of their secrets hold. */
export function openSecrets(env: WorkerEnv, tools: ProviderTools, log: Logger): LiveSecrets {
  const vault = makeLiveVault(env.BURSAR_FIELD_KEYS);
  const providers = makeLiveProviders(env.providers, tools);
  const { codec, rotation } = rotatingCodec(env.BURSAR_CODEC_KEYS);
  const fieldKeys = rotateKeys({
    variable: 'BURSAR_FIELD_KEYS',
    initial: env.BURSAR_FIELD_KEYS,
    use: (keys) => vault.useKeys(keys),
  });
  const stop = watchSecretFiles(process.env, [fieldKeys, ...rotation, providers], log);
  return { vault, codec, providers, stop };
}
