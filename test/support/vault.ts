import { makeVault } from '../../db/vault.ts';

/** A vault with a key that nobody else uses. */
export const testVault = makeVault({ keys: [{ id: 'test', key: Buffer.alloc(32, 7) }] });
