import type { Credentials } from '../../credentials.ts';

/** The end of a key that may read but not send money. */
const READ_ONLY = '_readonly';

/** One account at Xendit: one currency, one key, one callback token. */
export type Business = {
  readonly currency: string;
  readonly businessId: string;
  readonly callbackToken: string;
};

/** Who calls, and whether the key may send money. */
export type Caller = { readonly business: Business; readonly isReadOnly: boolean };

/** The accounts, by key and by id. */
export type Businesses = {
  /** Whose key the Authorization header carries; null where it is nobody's. */
  callerOf(authorization: string | undefined): Caller | null;
  withId(businessId: string): Business | undefined;
};

/** The accounts of these credentials. */
export function businessesOf({ currencies }: NonNullable<Credentials['xendit']>): Businesses {
  const byKey = new Map<string, Caller>();
  const byId = new Map<string, Business>();
  for (const [currency, { apiKey, callbackToken, businessId }] of Object.entries(currencies)) {
    const business = { currency, businessId, callbackToken };
    byId.set(businessId, business);
    byKey.set(apiKey, { business, isReadOnly: false });
    byKey.set(apiKey + READ_ONLY, { business, isReadOnly: true });
  }
  return {
    callerOf: (authorization) => byKey.get(userNameIn(authorization)) ?? null,
    withId: (businessId) => byId.get(businessId),
  };
}

// The key is the user name; the password is left empty, but any is taken.
function userNameIn(authorization = ''): string {
  const encoded = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(authorization)?.[1] ?? '';
  return Buffer.from(encoded, 'base64').toString('utf8').split(':')[0] ?? '';
}
