import { randomUUID } from 'node:crypto';
import { inspect } from 'node:util';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { makeId, paymentReference } from '../../domain/ids.ts';
import {
  SEND_WINDOW_MS,
  type PreparedPayment,
  type Provider,
  type SignedRequest,
} from '../../providers/port.ts';
import { makeRiseProvider } from '../../providers/riseworks/provider.ts';
import { plainTools } from '../../providers/tools.ts';
import { riseConfig, startRisePeer } from './riseworks-peer.ts';

export const PAYMENTS = '/v2/payments';
export const newReference = () => paymentReference(makeId('payment', randomUUID()), 1);
/** The id of a user of Rise. */
export const user = (index: number) => `us-user${String(index).padStart(8, '0')}`;

type Order = { reference: string; accountRef: string; amountMinor: bigint };

type Peer = Awaited<ReturnType<typeof startRisePeer>>;

/** The adapter over a small Rise of its own, fresh for each test of the file. */
export function useRise() {
  const held: { peer?: Peer; provider?: Provider } = {};
  const open = <T>(value: T | undefined): T => {
    if (value === undefined) throw new Error('only while a test runs');
    return value;
  };
  beforeAll(async () => {
    held.peer = await startRisePeer();
  });
  afterAll(() => held.peer?.close());
  beforeEach(() => {
    const peer = open(held.peer);
    peer.forget();
    held.provider = makeRiseProvider(riseConfig(peer.url), plainTools());
    return () => held.provider?.close();
  });

  const provider = () => open(held.provider);
  const order = (given: Partial<Order> = {}) =>
    provider().prepare({
      reference: newReference(),
      accountRef: 'us-ghi789jkl012',
      amountMinor: 12_345n,
      currency: 'USD',
      details: null,
      payeeName: 'Ada',
      groupId: 'bat_1/0',
      ...given,
    });
  const stage = async (payments: readonly PreparedPayment[]) => {
    const staged = await provider().stage?.(payments);
    return open(staged);
  };
  const sign = async (payments: readonly PreparedPayment[]) => {
    const staged = await stage(payments);
    if (staged.kind !== 'signed') throw new Error(inspect(staged));
    return staged.request;
  };
  const submit = (payments: readonly PreparedPayment[], signed: SignedRequest) =>
    provider().submit(payments, { signed, sendBeforeMs: performance.now() + SEND_WINDOW_MS });

  return {
    get peer() {
      return open(held.peer);
    },
    get provider() {
      return provider();
    },
    order,
    stage,
    sign,
    submit,
    /** What becomes of one payment that is not signed. */
    stageOne: async (payment = order()) => {
      const staged = await stage([payment]);
      return staged.kind === 'refused' ? staged.outcomes.get(payment.reference) : undefined;
    },
    submitOne: async (payment = order(), signed?: SignedRequest) =>
      (await submit([payment], signed ?? (await sign([payment])))).get(payment.reference),
    lookUp: async (payment: PreparedPayment) =>
      (await provider().lookup([{ ...payment, sentAt: new Date() }])).get(payment.reference),
  };
}
