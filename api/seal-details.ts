import type { Logger } from 'pino';
import type { Db } from '../db/client.ts';
import { sealPlainDetails } from '../db/queries/seal-plain-details.ts';
import type { Vault } from '../db/vault.ts';
import { sealEndpointSecrets } from '../db/queries/seal-endpoint-secrets.ts';

const RETRY_MS = 30_000;

/**
 * Encrypts what earlier versions and earlier keys have left, while the API already serves. Where the
 * database is away it is tried again later.
 */
export async function keepDetailsSealed(db: Db, vault: Vault, log: Logger): Promise<void> {
  try {
    const { sealed, unreadable } = await sealPlainDetails(db, vault);
    if (sealed > 0) log.info({ accounts: sealed }, 'account details were encrypted anew');
    if (unreadable > 0) {
      log.error(
        { accounts: unreadable },
        'account details cannot be opened with the keys of BURSAR_FIELD_KEYS: add the key that sealed them, or enter these details again',
      );
    }
    const secrets = await sealEndpointSecrets(db, vault);
    if (secrets.sealed > 0) log.info({ endpoints: secrets.sealed }, 'secrets were encrypted anew');
    if (secrets.unreadable > 0) {
      log.error(
        { endpoints: secrets.unreadable },
        'secrets of webhook endpoints cannot be opened with the keys of BURSAR_FIELD_KEYS: add the key that sealed them, or rotate these secrets',
      );
    }
  } catch (error) {
    log.warn({ err: error }, 'account details could not be checked; trying again');
    setTimeout(() => void keepDetailsSealed(db, vault, log), RETRY_MS).unref();
  }
}
