import { privateKeyToAccount } from 'viem/accounts';
import { z } from 'zod';
import type { RiseConfig } from './provider.ts';

/** The key behind the simulator's wallet, known to everybody. */
const SIMULATOR_KEY = `0x${'01'.repeat(32)}`;
const PRODUCTION_HOSTS = ['b2b-api.riseworks.io', 'api.rise.works'];
const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\]|0\.0\.0\.0)$/;
const address = z.string().regex(/^0x[0-9a-fA-F]{40}$/, 'must be 0x and 40 hex digits');

const wallet = z
  .string()
  .regex(/^0x[0-9a-fA-F]{64}$/, 'must be 0x and 64 hex digits')
  .transform((key, context) => {
    try {
      return {
        account: privateKeyToAccount(key as `0x${string}`),
        isSimulators: isSimulators(key),
      };
    } catch {
      // The library's error might repeat the key.
      context.addIssue('is not a private key');
      return z.NEVER;
    }
  });

const isSimulators = (key: string): boolean => key.toLowerCase() === SIMULATOR_KEY;

const kycMap = z
  .string()
  .transform((given, context): unknown => {
    try {
      return JSON.parse(given);
    } catch {
      context.addIssue('must be JSON');
      return z.NEVER;
    }
  })
  .pipe(
    z.record(
      z.string(),
      z.record(z.string(), z.enum(['NOT_STARTED', 'PENDING', 'APPROVED', 'REJECTED'])),
    ),
  );

const seconds = (max: number) => z.coerce.number().int().min(1).max(max);

/** The variables of Rise; it is there when any is given. The base URL has no default. */
export const riseVariables = z
  .object({
    BURSAR_RISEWORKS_URL: z.url({ protocol: /^https?$/ }),
    BURSAR_RISEWORKS_MODE: z.enum(['test', 'live']),
    BURSAR_RISEWORKS_WALLET_KEY: wallet,
    BURSAR_RISEWORKS_RISE_ID: address,
    BURSAR_RISEWORKS_TEAM: z.string().regex(/^te-[\w-]{6,40}$/, 'must be the id of a team, te-…'),
    BURSAR_RISEWORKS_NETWORK: z
      .string()
      .regex(/^[\w-]{1,40}$/)
      .default('arbitrum'),
    BURSAR_RISEWORKS_CHAIN_ID: z.coerce.number().int().positive().optional(),
    BURSAR_RISEWORKS_CONTRACT: address.optional(),
    BURSAR_RISEWORKS_CHAIN_DELAY_S: seconds(86_400).default(120),
    BURSAR_RISEWORKS_KYC_MAP: kycMap.default({}),
    BURSAR_RISEWORKS_WEBHOOK_SECRET: z
      .string()
      .transform((given) => given.split(',').map((secret) => secret.trim()))
      .pipe(z.array(z.string().min(8)).min(1)),
    BURSAR_RISEWORKS_WEBHOOK_TEMPLATE: z
      .string()
      .includes('{t}')
      .includes('{body}')
      .default('{t}.{body}'),
    BURSAR_RISEWORKS_WEBHOOK_TOLERANCE_S: seconds(3_600).default(600),
  })
  .superRefine((set, context) => {
    // Reached also where the URL was refused above.
    if (!URL.canParse(set.BURSAR_RISEWORKS_URL)) return;
    const { protocol, hostname } = new URL(set.BURSAR_RISEWORKS_URL);
    const refuse = (name: keyof typeof set, message: string) =>
      context.addIssue({ code: 'custom', path: [name], message });
    if (set.BURSAR_RISEWORKS_MODE === 'test') {
      if (PRODUCTION_HOSTS.includes(hostname))
        refuse('BURSAR_RISEWORKS_URL', 'is the production host, and the mode is test');
      return;
    }
    if (set.BURSAR_RISEWORKS_WALLET_KEY.isSimulators)
      refuse('BURSAR_RISEWORKS_WALLET_KEY', 'is the simulator’s key, and the mode is live');
    if (LOOPBACK.test(hostname) || protocol !== 'https:' || /\b(dev|staging)\b/.test(hostname))
      refuse('BURSAR_RISEWORKS_URL', 'is no production address, and the mode is live');
  })
  .transform((set): RiseConfig => ({
    baseUrl: set.BURSAR_RISEWORKS_URL,
    wallet: set.BURSAR_RISEWORKS_WALLET_KEY.account,
    riseId: set.BURSAR_RISEWORKS_RISE_ID,
    team: set.BURSAR_RISEWORKS_TEAM,
    network: set.BURSAR_RISEWORKS_NETWORK,
    chainId: set.BURSAR_RISEWORKS_CHAIN_ID ?? null,
    contract: set.BURSAR_RISEWORKS_CONTRACT?.toLowerCase() ?? null,
    chainDelayMs: set.BURSAR_RISEWORKS_CHAIN_DELAY_S * 1_000,
    kycMap: set.BURSAR_RISEWORKS_KYC_MAP,
    webhook: {
      secrets: set.BURSAR_RISEWORKS_WEBHOOK_SECRET,
      template: set.BURSAR_RISEWORKS_WEBHOOK_TEMPLATE,
      toleranceMs: set.BURSAR_RISEWORKS_WEBHOOK_TOLERANCE_S * 1_000,
    },
  }));
