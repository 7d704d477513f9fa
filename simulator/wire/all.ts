import { DEFAULT_CREDENTIALS, type Credentials } from '../credentials.ts';
import { makeMockWire, type MockOptions } from './mock/wire.ts';
import type { Wire } from './port.ts';
import { makeRiseWire } from './riseworks/wire.ts';
import { makeStripeWire } from './stripe/wire.ts';
import { makeXenditWire } from './xendit/wire.ts';

export type WiresOptions = MockOptions & { readonly credentials?: Credentials };

/** Every provider that the simulator plays; credentials left out are the documented defaults. */
export function makeWires(options: WiresOptions): readonly Wire[] {
  const { apiKey, webhookSecret, credentials = {} } = options;
  return [
    makeMockWire({ apiKey, webhookSecret }),
    makeXenditWire(credentials.xendit ?? DEFAULT_CREDENTIALS.xendit),
    makeRiseWire(credentials.riseworks ?? DEFAULT_CREDENTIALS.riseworks),
    makeStripeWire(credentials.stripe ?? DEFAULT_CREDENTIALS.stripe),
  ];
}
