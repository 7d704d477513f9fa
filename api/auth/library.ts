import { drizzleAdapter } from 'better-auth/adapters/drizzle';
import { betterAuth } from 'better-auth/minimal';
import { z } from 'zod';
import type { Db } from '../../db/client.ts';
import { newId } from '../../db/new-id.ts';
import { userIdentities, users, userSessions, userVerifications } from '../../db/schema/users.ts';

const ID_KINDS = {
  user: 'user',
  session: 'session',
  account: 'identity',
  verification: 'verification',
} as const;

/**
 * What better-auth keeps over our own tables. None of its routes is served: ours call its functions.
 */
export interface AuthStore {
  /** Keeps a value until it is taken or its time is over. Names are kept as hashes. */
  keep(name: string, value: string, lifeMs: number): Promise<void>;
  /** The value; null where there is none or its time is over. */
  find(name: string): Promise<string | null>;
  /** The value, once: of many that take it at the same time only one has it. */
  take(name: string): Promise<string | null>;
  /** True for the first that comes with this name, as long as it lives. */
  first(name: string, lifeMs: number): Promise<boolean>;
  /** Whose identity at a provider of sign-ins that is; null where it is nobody's yet. */
  linkedUser(provider: string, subject: string): Promise<string | null>;
  /** Whether the person has an identity at this provider. */
  hasIdentity(provider: string, userId: string): Promise<boolean>;
  /** Makes an identity at a provider of sign-ins that of this person. */
  link(provider: string, subject: string, userId: string): Promise<void>;
}

interface Kept {
  value: string;
  expiresAt: Date;
}

/** Opens better-auth over the database; it is set up when it is first needed. */
export function makeAuthStore(
  db: Db,
  { secret, baseUrl }: { secret: string; baseUrl: string },
): AuthStore {
  const library = betterAuth({
    baseURL: baseUrl,
    secret,
    telemetry: { enabled: false },
    logger: { disabled: true },
    database: drizzleAdapter(db.orm, {
      provider: 'pg',
      // Each of its statements stands for itself: what must hold together is one statement of ours.
      transaction: false,
      schema: {
        user: users,
        session: userSessions,
        account: userIdentities,
        verification: userVerifications,
      },
    }),
    verification: { storeIdentifier: 'hashed' },
    emailAndPassword: { enabled: false },
    advanced: {
      database: {
        generateId: ({ model }) => {
          const kind = kindOf.safeParse(model);
          return newId(kind.success ? ID_KINDS[kind.data] : 'verification');
        },
      },
    },
  });
  const store = async () => (await library.$context).internalAdapter;
  const alive = (kept: Kept | null) => (kept && kept.expiresAt > new Date() ? kept.value : null);
  return {
    async keep(identifier, value, lifeMs) {
      const expiresAt = new Date(Date.now() + lifeMs);
      await (await store()).createVerificationValue({ identifier, value, expiresAt });
    },
    find: async (name) => alive(await (await store()).findVerificationValue(name)),
    take: async (name) => alive(await (await store()).consumeVerificationValue(name)),
    first: async (identifier, lifeMs) =>
      (await store()).reserveVerificationValue({
        identifier,
        value: '',
        expiresAt: new Date(Date.now() + lifeMs),
      }),
    async linkedUser(provider, subject) {
      const found = await (await store()).findAccountByProviderId(subject, provider);
      return found?.userId ?? null;
    },
    async hasIdentity(provider, userId) {
      const found = await (await store()).findAccounts(userId);
      return found.some(({ providerId }) => providerId === provider);
    },
    async link(providerId, accountId, userId) {
      await (await store()).linkAccount({ providerId, accountId, userId });
    },
  };
}

const kindOf = z.enum(['user', 'session', 'account', 'verification']);
