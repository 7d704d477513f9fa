import { readFileSync } from 'node:fs';
import { z } from 'zod';

const key = z.string().min(8).max(255);

const credentialsSchema = z.strictObject({
  xendit: z
    .strictObject({
      /** A currency's key and callback token; one business stands behind each. */
      currencies: z.record(
        z.string().regex(/^[A-Z]{3}$/),
        z.strictObject({ apiKey: key, callbackToken: key, businessId: key }),
      ),
    })
    .optional(),
  riseworks: z
    .strictObject({
      /** Addresses of the wallets that may sign in and sign payments. */
      wallets: z.array(z.string().regex(/^0x[0-9a-fA-F]{40}$/)),
      team: z.string().startsWith('te-'),
      webhookSecret: key,
      /** How long a login lasts; an hour where left out. */
      tokenSeconds: z.int().positive().optional(),
      /** How long what was drafted can be executed; ten minutes where left out. */
      draftSeconds: z.int().positive().optional(),
    })
    .optional(),
  stripe: z
    .strictObject({
      secretKey: key,
      webhookSecret: z.string().startsWith('whsec_'),
      account: z.string().startsWith('acct_'),
    })
    .optional(),
  generic: z.strictObject({ apiKey: key, webhookSecret: key }).optional(),
});
export type Credentials = z.infer<typeof credentialsSchema>;

/** What the simulator accepts where it is told nothing else (simulator/README.md). Worth nothing elsewhere. */
export const DEFAULT_CREDENTIALS = {
  xendit: {
    currencies: {
      IDR: {
        apiKey: 'xnd_development_simulator_idr',
        callbackToken: 'simulator-callback-token-idr',
        businessId: 'business-simulator-idr',
      },
      PHP: {
        apiKey: 'xnd_development_simulator_php',
        callbackToken: 'simulator-callback-token-php',
        businessId: 'business-simulator-php',
      },
    },
  },
  // The address of the private key 0x0101…01, which nobody may use for anything else.
  riseworks: {
    wallets: ['0x1a642f0E3c3aF545E7AcBD38b07251B3990914F1'],
    team: 'te-simulator00',
    webhookSecret: 'simulator-rise-webhook-secret',
  },
  stripe: {
    secretKey: 'sk_test_simulator',
    webhookSecret: 'whsec_simulator_stripe',
    account: 'acct_simulator',
  },
  generic: { apiKey: 'simulator-generic-key', webhookSecret: 'simulator-generic-secret' },
} as const satisfies Credentials;

/** Reads the file; throws in one line where it cannot be used. */
export function readCredentials(file: string): Credentials {
  const parsed = credentialsSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues.map(({ path }) => path.join('.')).join(', ');
  throw new Error(`--credentials: not understood at ${where}`);
}
