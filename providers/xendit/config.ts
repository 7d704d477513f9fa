import { z } from 'zod';
import { isXenditCurrency, type ApiVersion } from './money.ts';

/** The account of one currency: Xendit has a business, a key and a token for each. */
export interface XenditCredential {
  /** Secret key; the user name of HTTP Basic. */
  apiKey: string;
  /** Tokens that its webhooks may carry; two while one takes the place of the other. */
  callbackTokens: readonly string[];
  /** Events must name it, where it is given. */
  businessId: string | null;
  /** The sub-account that pays, where it is not the business itself. */
  forUserId: string | null;
  /** The channel of accounts that name none. */
  defaultChannel: string | null;
  /** Calls that each endpoint takes in a minute. */
  perMinute: number;
}

/** Where and as whom to reach Xendit. */
export interface XenditConfig {
  baseUrl: string;
  apiVersion: ApiVersion;
  /** The header `api-version` of v3. */
  versionHeader: string;
  credentials: ReadonlyMap<string, XenditCredential>;
}

type Mode = 'test' | 'live';

/** Calls a minute to one endpoint with one key (documentation: rate limits). */
const PER_MINUTE: Record<Mode, number> = { test: 60, live: 600 };

const headerText = z.string().regex(/^[\w.-]{1,100}$/);

const credentialSchema = z.object({
  apiKey: z.string().regex(/^[\x21-\x39\x3b-\x7e]{8,255}$/),
  callbackToken: z.string().max(600),
  businessId: headerText.optional(),
  forUserId: headerText.optional(),
  defaultChannel: z
    .string()
    .regex(/^[A-Z]{2}_[A-Z0-9_]{1,60}$/)
    .optional(),
  ratePerMinute: z.int().min(1).max(18_000).optional(),
});

/**
 * The variables of Xendit. Keys, tokens and whatever else stands in the credentials never occur in
 * what is said to be wrong with them.
 */
export const xenditVariables = z
  .object({
    BURSAR_XENDIT_URL: z.url({ protocol: /^https?$/ }).default('https://api.xendit.co'),
    BURSAR_XENDIT_MODE: z.enum(['test', 'live']),
    BURSAR_XENDIT_API_VERSION: z.enum(['v2', 'v3']).default('v2'),
    BURSAR_XENDIT_API_VERSION_HEADER: z.iso.date().default('2025-09-01'),
    BURSAR_XENDIT_CREDENTIALS: z.string(),
  })
  .transform((set, context): XenditConfig => {
    const mode = set.BURSAR_XENDIT_MODE;
    const complain = (variable: string, message: string) =>
      context.addIssue({ code: 'custom', path: [variable], message });
    if (mode === 'live' && !set.BURSAR_XENDIT_URL.startsWith('https:')) {
      complain('BURSAR_XENDIT_URL', 'must be an https address in live mode');
    }
    const { credentials, problems } = readCredentials(set.BURSAR_XENDIT_CREDENTIALS, mode);
    for (const problem of problems) complain('BURSAR_XENDIT_CREDENTIALS', problem);
    return {
      baseUrl: set.BURSAR_XENDIT_URL,
      apiVersion: set.BURSAR_XENDIT_API_VERSION,
      versionHeader: set.BURSAR_XENDIT_API_VERSION_HEADER,
      credentials,
    };
  });

function readCredentials(text: string, mode: Mode) {
  const credentials = new Map<string, XenditCredential>();
  const given = readObject(text);
  if (given === null) return { credentials, problems: ['must be JSON, an object by currency'] };
  const problems: string[] = [];
  for (const [currency, value] of Object.entries(given)) {
    if (!isXenditCurrency(currency)) {
      // The name is not shown: it could be a key that was put into the wrong place.
      problems.push('has a name that is no currency which Xendit pays');
      continue;
    }
    const read = readCredential(value, mode);
    if ('problems' in read) problems.push(...read.problems.map((each) => `${currency} ${each}`));
    else credentials.set(currency, read.credential);
  }
  if (Object.keys(given).length === 0) problems.push('must have one currency at least');
  return { credentials, problems };
}

function readCredential(
  value: unknown,
  mode: Mode,
): { credential: XenditCredential } | { problems: string[] } {
  const parsed = credentialSchema.safeParse(value);
  if (!parsed.success) {
    const fields = new Set(parsed.error.issues.map(({ path }) => path[0] ?? 'value'));
    return { problems: [...fields].map((field) => `has no usable ${String(field)}`) };
  }
  const { apiKey, callbackToken, businessId, forUserId, defaultChannel, ratePerMinute } =
    parsed.data;
  const callbackTokens = callbackToken
    .split(',')
    .map((token) => token.trim())
    .filter((token) => token !== '');
  const problems = [];
  if (callbackTokens.length === 0) problems.push('has no usable callbackToken');
  const wrongKind = keyProblem(apiKey, mode);
  if (wrongKind) problems.push(wrongKind);
  if (problems.length > 0) return { problems };
  return {
    credential: {
      apiKey,
      callbackTokens,
      businessId: businessId ?? null,
      forUserId: forUserId ?? null,
      defaultChannel: defaultChannel ?? null,
      perMinute: ratePerMinute ?? PER_MINUTE[mode],
    },
  };
}

function keyProblem(apiKey: string, mode: Mode): string | null {
  if (apiKey.startsWith('xnd_public_')) return 'has a public key; the secret one is needed';
  if (mode === 'live' && apiKey.startsWith('xnd_development_')) {
    return 'has a test key, but BURSAR_XENDIT_MODE is live';
  }
  return mode === 'test' && apiKey.startsWith('xnd_production_')
    ? 'has a live key, but BURSAR_XENDIT_MODE is test'
    : null;
}

function readObject(text: string): object | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}
