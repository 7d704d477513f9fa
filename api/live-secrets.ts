import type { Logger } from 'pino';
import type { Db } from '../db/client.ts';
import { makeLiveVault, rotateKeys } from '../db/live-keys.ts';
import type { Vault } from '../db/vault.ts';
import { makeLiveProviders } from '../providers/live.ts';
import type { Providers } from '../providers/port.ts';
import { watchSecretFiles } from '../providers/secret-files.ts';
import type { ProviderTools } from '../providers/tools.ts';
import { rotatingCodec, type SealingCodec } from '../temporal/codec.ts';
import type { Env } from './env.ts';
import { keepDetailsSealed } from './seal-details.ts';

/** What is made of secrets, and takes new ones while the API runs. */
export interface LiveSecrets {
  vault: Vault;
  codec: SealingCodec | null;
  providers: Providers;
  stop: () => void;
}

/**
 * Makes vault, codec and adapters, and keeps them at what the files of their secrets hold. Rows that
 * earlier keys sealed are sealed anew, now and whenever another key comes first.
 */
export function openSecrets(env: Env, db: Db, tools: ProviderTools, log: Logger): LiveSecrets {
  const vault = makeLiveVault(env.BURSAR_FIELD_KEYS);
  const providers = makeLiveProviders(env.providers, tools);
  const { codec, rotation } = rotatingCodec(env.BURSAR_CODEC_KEYS);
  const fieldKeys = rotateKeys({
    variable: 'BURSAR_FIELD_KEYS',
    initial: env.BURSAR_FIELD_KEYS,
    use: (keys) => vault.useKeys(keys),
    onSettled: () => void keepDetailsSealed(db, vault, log),
  });
  void keepDetailsSealed(db, vault, log);
  const stop = watchSecretFiles(process.env, [fieldKeys, ...rotation, providers], log);
  return { vault, codec, providers, stop };
}
