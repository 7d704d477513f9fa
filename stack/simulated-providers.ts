/** The private key behind the simulator's wallet; it is worth nothing anywhere else. */
const WALLET_KEY = `0x${'01'.repeat(32)}`;

const xenditAs = (currency: string, defaultChannel: string) => ({
  apiKey: `xnd_development_simulator_${currency}`,
  callbackToken: `simulator-callback-token-${currency}`,
  businessId: `business-simulator-${currency}`,
  defaultChannel,
  ratePerMinute: 18_000,
});

/**
 * The settings with which API and worker reach the simulator in the place of each real provider:
 * another base URL and the credentials that the simulator documents, nothing else.
 */
export const simulatedProviders = (simulatorUrl: string): Record<string, string> => ({
  BURSAR_XENDIT_URL: `${simulatorUrl}/xendit`,
  BURSAR_XENDIT_MODE: 'test',
  BURSAR_XENDIT_CREDENTIALS: JSON.stringify({
    IDR: xenditAs('idr', 'ID_BCA'),
    PHP: xenditAs('php', 'PH_GCASH'),
  }),
  BURSAR_RISEWORKS_URL: `${simulatorUrl}/riseworks`,
  BURSAR_RISEWORKS_MODE: 'test',
  BURSAR_RISEWORKS_WALLET_KEY: WALLET_KEY,
  BURSAR_RISEWORKS_RISE_ID: '0x1a642f0E3c3aF545E7AcBD38b07251B3990914F1',
  BURSAR_RISEWORKS_TEAM: 'te-simulator00',
  BURSAR_RISEWORKS_WEBHOOK_SECRET: 'simulator-rise-webhook-secret',
  // The simulator's chain shows at once what it has executed.
  BURSAR_RISEWORKS_CHAIN_DELAY_S: '2',
  BURSAR_STRIPE_URL: `${simulatorUrl}/stripe`,
  BURSAR_STRIPE_MODE: 'test',
  BURSAR_STRIPE_SECRET_KEY: 'sk_test_simulator',
  BURSAR_STRIPE_WEBHOOK_SECRET: 'whsec_simulator_stripe',
  BURSAR_STRIPE_PER_SECOND: '1000',
});
