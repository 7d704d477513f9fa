import { vaultKeys } from './vault-keys.ts';
import { makeVault, type Vault, type VaultKeys } from './vault.ts';

/** By then every process that reads the same file has read it; it looks once a second. */
const ALL_HAVE_READ_MS = 5_000;

/** A vault whose keys may be exchanged while it is used. */
export interface LiveVault extends Vault {
  useKeys(keys: VaultKeys): void;
}

/** Makes a vault that takes other keys when told. Throws as `makeVault` does, then and later. */
export function makeLiveVault(initial: VaultKeys): LiveVault {
  let vault = makeVault(initial);
  return {
    seal: (rowId, text) => vault.seal(rowId, text),
    open: (rowId, sealed) => vault.open(rowId, sealed),
    blindIndex: (text) => vault.blindIndex(text),
    get prefixes() {
      return vault.prefixes;
    },
    useKeys(keys) {
      vault = makeVault(keys);
    },
  };
}

/** Keys in a variable that is read again when its file changes. */
export interface KeyRotation {
  heeds(variable: string): boolean;
  /** Takes what the file holds now. Throws, and keeps what it has, where that is not fit. */
  take(set: Readonly<Record<string, string>>): void;
}

interface RotationOptions {
  variable: string;
  initial: VaultKeys;
  use: (keys: VaultKeys) => void;
  /** Called once the new first key seals. */
  onSettled?: () => void;
  settleMs?: number;
}

/**
 * Exchanges keys while processes run that share them: new ones open at once, and the new first one seals
 * a little later, when the others can open what it sealed. Where the key that sealed is gone from the
 * list, the first one seals at once. An id that comes with other bytes than before is refused.
 */
export function rotateKeys(options: RotationOptions): KeyRotation {
  const { variable, use, onSettled, settleMs = ALL_HAVE_READ_MS } = options;
  let held = options.initial;
  let timer: NodeJS.Timeout | undefined;
  const settle = (keys: VaultKeys): void => {
    held = keys;
    use(keys);
    onSettled?.();
  };
  return {
    heeds: (name) => name === variable,
    take(set) {
      const next = vaultKeys.parse(set[variable] ?? '');
      refuseReusedIds(held, next);
      clearTimeout(timer);
      const sealing = held.sealWith ?? held.keys[0]?.id;
      if (sealing === undefined || !next.keys.some(({ id }) => id === sealing)) {
        settle(next);
        return;
      }
      held = { ...next, sealWith: sealing };
      use(held);
      timer = setTimeout(() => settle(next), settleMs).unref();
    },
  };
}

function refuseReusedIds(held: VaultKeys, next: VaultKeys): void {
  const before = new Map(held.keys.map(({ id, key }) => [id, key]));
  for (const { id, key } of next.keys) {
    const known = before.get(id);
    if (known && !known.equals(key)) {
      throw new RangeError(
        `key ${id} has other bytes than before: give the new key an id of its own`,
      );
    }
  }
}
