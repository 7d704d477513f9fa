import { describeProvider } from './contract.ts';
import { openStripeRig } from './stripe-rig.ts';

describeProvider('stripe, transfers', () => openStripeRig('transfer'));
describeProvider('stripe, payouts', () => openStripeRig('payout'));
