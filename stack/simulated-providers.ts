import { DEFAULT_CREDENTIALS } from '../simulator/credentials.ts';

/** The private key behind the simulator's wallet; it is worth nothing anywhere else. */
const WALLET_KEY = `0x${'01'.repeat(32)}`;

/**
 * The settings with which API and worker reach the simulator in the place of each real provider:
 * another base URL and the simulator's credentials, nothing else.
 */
export function simulatedProviders(simulatorUrl: string): Record<string, string> {
  const { xendit, riseworks, stripe } = DEFAULT_CREDENTIALS;
  return {
    BURSAR_XENDIT_URL: `${simulatorUrl}/xendit`,
    BURSAR_XENDIT_MODE: 'test',
    BURSAR_XENDIT_CREDENTIALS: JSON.stringify({
      IDR: { ...xendit.currencies.IDR, defaultChannel: 'ID_BCA', ratePerMinute: 18_000 },
      PHP: { ...xendit.currencies.PHP, defaultChannel: 'PH_GCASH', ratePerMinute: 18_000 },
    }),
    BURSAR_RISEWORKS_URL: `${simulatorUrl}/riseworks`,
    BURSAR_RISEWORKS_MODE: 'test',
    BURSAR_RISEWORKS_WALLET_KEY: WALLET_KEY,
    BURSAR_RISEWORKS_RISE_ID: riseworks.wallets[0],
    BURSAR_RISEWORKS_TEAM: riseworks.team,
    BURSAR_RISEWORKS_WEBHOOK_SECRET: riseworks.webhookSecret,
    // The simulator's chain shows at once what it has executed.
    BURSAR_RISEWORKS_CHAIN_DELAY_S: '2',
    BURSAR_STRIPE_URL: `${simulatorUrl}/stripe`,
    BURSAR_STRIPE_MODE: 'test',
    BURSAR_STRIPE_SECRET_KEY: stripe.secretKey,
    BURSAR_STRIPE_WEBHOOK_SECRET: stripe.webhookSecret,
    BURSAR_STRIPE_PER_SECOND: '1000',
  };
}
