import type { Db } from '../../db/client.ts';
import { counterIn, type Allowance, type Counter } from '../../db/queries/rate-limits.ts';
import { placeOf } from '../../domain/risk/place.ts';
import { RateLimited } from './rate-limited.ts';
import { rememberRefusals } from './refusals.ts';
import { makeRejectionTally, type RejectionTally } from './rejected-keys.ts';
import { makeRequestLimits, type RequestLimits } from './request-points.ts';

/** How often something may be done. Points are tries. */
export interface LimitSettings {
  /** Tries at one account from one place before it is shut to that place for `signInBlockSeconds`. */
  signInAccount: Allowance;
  /** Tries at one account from all places together: far more, so that nobody is shut out from afar at once. */
  signInAnywhere: Allowance;
  /** The first shutting to a place; each further one of a day is twice as long, to a limit. */
  signInBlockSeconds: number;
  signInBlockSecondsMax: number;
  signInAddress: Allowance;
  signInGlobal: Allowance;
  /** Sign-ins elsewhere that are begun and not finished, from one address. */
  oidcStarts: Allowance;
  /** Looks at account details in the clear, by one actor. */
  reveals: Allowance;
  exports: Allowance;
  /** Requests of one caller. */
  requests: Allowance;
  /** Requests with credentials that do not work, from one address. */
  badCredentials: Allowance;
}

const MINUTE = 60;
const HOUR = 3_600;
const DAY = 86_400;

export const USUAL_LIMITS: LimitSettings = {
  signInAccount: { points: 5, seconds: 15 * MINUTE },
  signInAnywhere: { points: 100, seconds: HOUR },
  signInBlockSeconds: 15 * MINUTE,
  signInBlockSecondsMax: 4 * HOUR,
  signInAddress: { points: 50, seconds: 15 * MINUTE },
  signInGlobal: { points: 1_000, seconds: MINUTE },
  oidcStarts: { points: 100, seconds: 15 * MINUTE },
  reveals: { points: 200, seconds: HOUR },
  exports: { points: 60, seconds: HOUR },
  requests: { points: 60_000, seconds: MINUTE },
  badCredentials: { points: 3_000, seconds: MINUTE },
};

/**
 * Tries to prove who one is. `account` is what is guessed at: an e-mail address, known or not, or a
 * user's id. The same for both, so nobody learns from it which accounts there are.
 */
export interface SignInLimits {
  /**
   * Takes one try before the proof is looked at, so tries at the same time cannot outrun the count.
   * Throws `rate_limited` without looking at the proof, and the database's error where that is away.
   */
  check(account: string, ipAddress: string | null): Promise<void>;
  /** The proof was wrong: the try stays taken. */
  failed(account: string, ipAddress: string | null): Promise<void>;
  /** The proof was right: the account begins anew, and the address has its try back. */
  succeeded(account: string, ipAddress: string | null): Promise<void>;
}

/** Sign-ins elsewhere, each of which is kept for a while before anybody has proved anything. */
export interface OidcStartLimits {
  /** Counts one that begins. Throws `rate_limited`. */
  take(ipAddress: string | null): Promise<void>;
  /** One was finished: its address has it back. */
  giveBack(ipAddress: string | null): Promise<void>;
}

/** The limits of one installation, counted over all its processes. */
export interface Limits {
  signIn: SignInLimits;
  /**
   * Second factors, recovery codes and step-ups, counted apart: a right password must not give back
   * the tries at what comes after it.
   */
  secondFactor: SignInLimits;
  oidcStarts: OidcStartLimits;
  /** Counts a look at details in the clear. Throws `rate_limited`. */
  reveal(actor: string): Promise<void>;
  /** Counts an export. Throws `rate_limited`. */
  exports(actor: string): Promise<void>;
  requests: RequestLimits;
  badCredentials: RequestLimits;
  rejections: RejectionTally;
  /** True once in a minute for each key, over all processes: for what need not be written each time. */
  firstInMinute(key: string): Promise<boolean>;
}

/** Opens the limits over the database; `changes` are for installations and tests that want others. */
export function makeLimits(db: Db, changes: Partial<LimitSettings> = {}): Limits {
  const settings = { ...USUAL_LIMITS, ...changes };
  const once = counterIn(db, 'once', { points: 1, seconds: MINUTE }, { sweeps: true });
  return {
    signIn: signInLimits(db, 'sign_in', settings),
    secondFactor: signInLimits(db, 'second_factor', settings),
    oidcStarts: oidcStartLimits(db, settings.oidcStarts),
    reveal: atMost(counterIn(db, 'reveal', settings.reveals), 'account details looked at'),
    exports: atMost(counterIn(db, 'export', settings.exports), 'exports'),
    requests: makeRequestLimits(counterIn(db, 'requests', settings.requests), settings.requests),
    badCredentials: makeRequestLimits(
      counterIn(db, 'bad_credentials', settings.badCredentials),
      settings.badCredentials,
    ),
    rejections: makeRejectionTally(),
    firstInMinute: firstOf(once),
  };
}

const KEYS_MAX = 10_000;

/** Asks the counter about a key once in a minute; what comes meanwhile is not the first. */
function firstOf(counter: Counter): Limits['firstInMinute'] {
  const askedAt = new Map<string, number>();
  return async (key) => {
    const now = performance.now();
    if (now - (askedAt.get(key) ?? -Infinity) < MINUTE * 1_000) return false;
    if (askedAt.size >= KEYS_MAX) askedAt.clear();
    askedAt.set(key, now);
    return (await counter.take(key)).allowed;
  };
}

const atMost =
  (counter: Counter, what: string) =>
  async (actor: string): Promise<void> => {
    const { allowed, resetMs } = await counter.take(actor);
    if (!allowed) throw new RateLimited(`Too many ${what} by this caller; go on later.`, resetMs);
  };

function oidcStartLimits(db: Db, allowance: Allowance): OidcStartLimits {
  const starts = rememberRefusals(counterIn(db, 'oidc_starts', allowance));
  return {
    async take(ipAddress) {
      const { allowed, resetMs } = await starts.take(placeOf(ipAddress ?? 'unknown'));
      if (!allowed) throw tooMany(resetMs);
    },
    giveBack: (ipAddress) => starts.giveBack(placeOf(ipAddress ?? 'unknown')),
  };
}

function signInLimits(db: Db, kind: string, settings: LimitSettings): SignInLimits {
  const { points } = settings.signInAccount;
  const counted = (of: string, allowance: Allowance) =>
    rememberRefusals(counterIn(db, of, allowance));
  const accounts = counted(`${kind}_account`, settings.signInAccount);
  const anywhere = counted(`${kind}_anywhere`, settings.signInAnywhere);
  const addresses = counted(`${kind}_address`, settings.signInAddress);
  const all = counted(`${kind}_all`, settings.signInGlobal);
  const blocks = counterIn(db, `${kind}_blocks`, { points: 1, seconds: DAY });

  const shut = async (account: string): Promise<number> => {
    const { used } = await blocks.take(account);
    const seconds = Math.min(
      settings.signInBlockSeconds * 2 ** (used - 1),
      settings.signInBlockSecondsMax,
    );
    await accounts.block(account, seconds);
    return seconds * 1_000;
  };
  return {
    async check(account, ipAddress) {
      const from = placeOf(ipAddress ?? 'unknown');
      const name = nameOf(account);
      const key = `${name} from ${from}`;
      const known = Math.max(accounts.waitMs(key), anywhere.waitMs(name), addresses.waitMs(from));
      if (known > 0) throw tooMany(known);
      const everyone = await all.take('all');
      if (!everyone.allowed) throw tooMany(everyone.resetMs);
      const address = await addresses.take(from);
      if (!address.allowed) throw tooMany(address.resetMs);
      const tries = await accounts.take(key);
      if (tries.allowed) {
        const together = await anywhere.take(name);
        if (together.allowed) return;
        throw tooMany(together.resetMs);
      }
      // Exactly one try is the first too many, however many come at once.
      throw tooMany(tries.used === points + 1 ? await shut(key) : tries.resetMs);
    },
    async failed() {},
    async succeeded(account, ipAddress) {
      const from = placeOf(ipAddress ?? 'unknown');
      await accounts.forget(`${nameOf(account)} from ${from}`);
      await addresses.giveBack(from);
    },
  };
}

/** Spellings of one e-mail address are one account. */
const nameOf = (account: string): string => account.normalize('NFKC').trim().toLowerCase();

const tooMany = (waitMs: number): RateLimited =>
  new RateLimited('Too many tries to sign in; wait before the next one.', waitMs);
