import type { Credentials } from '../credentials.ts';
import { makeMockWire, type MockOptions } from './mock/wire.ts';
import type { Wire } from './port.ts';

export type WiresOptions = MockOptions & { readonly credentials?: Credentials };

/** Every provider that the simulator plays; credentials left out are the documented defaults. */
export function makeWires({ apiKey, webhookSecret }: WiresOptions): readonly Wire[] {
  return [makeMockWire({ apiKey, webhookSecret })];
}
