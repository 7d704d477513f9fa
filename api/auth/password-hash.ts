import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { RateLimited } from '../http/rate-limited.ts';

/** What one hash costs: memory of 128 * 2^logN * r bytes, p times over. */
export interface HashCost {
  readonly logN: number;
  readonly r: number;
  readonly p: number;
}

/** 128 MiB and some tenths of a second for each hash. */
export const USUAL_COST: HashCost = { logN: 17, r: 8, p: 1 };

/** Hashes passwords and compares them. */
export interface PasswordHasher {
  /** Throws `rate_limited` where too many wait. */
  hash(password: string): Promise<string>;
  /**
   * True where the hash is of that password. Where there is none it takes as long as with one and
   * is false. Throws `rate_limited` where too many wait.
   */
  verify(password: string, hash: string | null): Promise<boolean>;
  /** True where the hash was made at another cost than new ones are. */
  isOutdated(hash: string): boolean;
}

const SALT_BYTES = 16;
const HASH_BYTES = 32;
/** So many hash at once; the thread pool has room for other work beside them. */
const RUNNING_MAX = 2;
const WAITING_MAX = 32;
const RETRY_AFTER_MS = 5_000;

const STORED = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([\w+/]+=*)\$([\w+/]+=*)$/;

/** Hashes with scrypt in the thread pool, a few at once and the others in a queue with an end. */
export function makePasswordHasher(cost: HashCost = USUAL_COST): PasswordHasher {
  const line = makeLine();
  const derive = (password: string, salt: Buffer, { logN, r, p }: HashCost, bytes: number) =>
    line(
      () =>
        new Promise<Buffer>((resolve, reject) => {
          const options = { N: 2 ** logN, r, p, maxmem: 256 * 2 ** logN * r };
          scrypt(password.normalize('NFC'), salt, bytes, options, (error, key) =>
            error ? reject(error) : resolve(key),
          );
        }),
    );
  const write = (salt: Buffer, key: Buffer) =>
    `$scrypt$ln=${cost.logN},r=${cost.r},p=${cost.p}$${salt.toString('base64')}$${key.toString('base64')}`;
  // Compared with where there is no hash: no password leads to it.
  const nobody = write(randomBytes(SALT_BYTES), randomBytes(HASH_BYTES));
  return {
    async hash(password) {
      const salt = randomBytes(SALT_BYTES);
      return write(salt, await derive(password, salt, cost, HASH_BYTES));
    },
    async verify(password, hash) {
      const stored = readHash(hash ?? nobody);
      const key = await derive(password, stored.salt, stored.cost, stored.key.length);
      return timingSafeEqual(key, stored.key) && hash !== null;
    },
    isOutdated: (hash) => {
      const stored = readHash(hash).cost;
      return stored.logN !== cost.logN || stored.r !== cost.r || stored.p !== cost.p;
    },
  };
}

function readHash(text: string): { cost: HashCost; salt: Buffer; key: Buffer } {
  const [, logN, r, p, salt, key] = STORED.exec(text) ?? [];
  if (salt === undefined || key === undefined) throw new Error('a stored password is no hash');
  return {
    cost: { logN: Number(logN), r: Number(r), p: Number(p) },
    salt: Buffer.from(salt, 'base64'),
    key: Buffer.from(key, 'base64'),
  };
}

/** Runs a few at once, in the order in which they came. */
function makeLine() {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async <Result>(run: () => Promise<Result>): Promise<Result> => {
    if (running >= RUNNING_MAX) {
      if (waiting.length >= WAITING_MAX) {
        throw new RateLimited('Too many people sign in at this moment; repeat.', RETRY_AFTER_MS);
      }
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else running += 1;
    try {
      return await run();
    } finally {
      // The place passes straight to the next one, so nobody slips in between.
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
}
