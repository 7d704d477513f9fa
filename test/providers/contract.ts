import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  ProviderError,
  SEND_WINDOW_MS,
  WebhookRejected,
  type AccountDetails,
  type LookupOrder,
  type PreparedPayment,
  type Provider,
  type SignedRequest,
} from '../../providers/port.ts';

/** What a contract test needs of the peer behind an adapter: to make it fail, and its own ledger. */
export interface ProviderRig {
  provider: Provider;
  /** A reference of the form that ours have, never used before. */
  newReference(): string;
  /** An account that the peer pays to. */
  accountRef: string;
  /** What the account needs beside its reference; null where nothing. */
  details: AccountDetails | null;
  currency: string;
  /** The error word and status with which the provider limits the rate, halts, and rejects for good. */
  words: { limited: string; forbidden: string; unknown: string };
  /** The largest amount that it pays in this currency, and how the request writes it. */
  largest: { amountMinor: bigint; written: string };
  /** Whether the proof of an event covers its body, and not only its sender. */
  signsBody: boolean;
  /** False where its payments have no status that could be unknown: what is answered is done. */
  tellsStatus?: boolean;
  /** False where a rate limit does not prove that the submission was not executed. */
  limitedIsSure?: boolean;
  /** False where events carry the provider's own id alone. */
  eventsNameReference?: boolean;
  /** False where payments leave the payees' own balances, so that there is none to tell. */
  tellsBalance?: boolean;
  /** Fault rules of the simulator, for this provider's submissions unless told. */
  fail(effect: Record<string, unknown>, when?: Record<string, unknown>): Promise<void>;
  heal(): Promise<void>;
  /** References of all transfers that exist at the peer. */
  transfers(): Promise<string[]>;
  /** Headers and body of an authentic event about a payment that settled. */
  settledEvent(): Promise<{ headers: Headers; body: string; reference: string }>;
  close(): Promise<void>;
}

const inTime = () => ({ sendBeforeMs: performance.now() + SEND_WINDOW_MS });

/** What every adapter promises, whatever its provider: the port's contract, run over real HTTP. */
export function describeProvider(name: string, open: () => Promise<ProviderRig>): void {
  describe(`the contract of a provider: ${name}`, () => {
    let rig: ProviderRig;
    beforeAll(async () => {
      rig = await open();
    });
    afterAll(() => rig.close());

    const order = (
      given: Partial<{ reference: string; amountMinor: bigint; accountRef: string }> = {},
    ) => {
      const reference = given.reference ?? rig.newReference();
      return rig.provider.prepare({
        accountRef: rig.accountRef,
        amountMinor: 1_234_500n,
        currency: rig.currency,
        details: rig.details,
        payeeName: 'Ada Contract',
        groupId: `group/${reference}`,
        ...given,
        reference,
      });
    };
    const sign = async (payments: readonly PreparedPayment[]) => {
      if (!rig.provider.stage) return {};
      const staged = await rig.provider.stage(payments);
      if (staged.kind !== 'signed') throw new Error('the payments could not be staged');
      return { signed: staged.request };
    };
    const submitOne = async (payment = order(), given?: { signed?: SignedRequest }) => {
      const signed = given ?? (await sign([payment]));
      const outcomes = await rig.provider.submit([payment], { ...inTime(), ...signed });
      return { payment, signed, outcome: outcomes.get(payment.reference) };
    };
    const lookUp = async (payment: LookupOrder) =>
      (await rig.provider.lookup([{ sentAt: new Date(), ...payment }])).get(payment.reference);
    const failing = async (effect: Record<string, unknown>, payment = order()) => {
      const signed = await sign([payment]);
      await rig.fail(effect);
      try {
        return await submitOne(payment, signed);
      } finally {
        await rig.heal();
      }
    };

    test('prepares the same bytes for the same order, and others for another', () => {
      const reference = rig.newReference();
      expect(order({ reference }).body).toBe(order({ reference }).body);
      expect(order({ reference }).body).not.toBe(
        order({ reference, amountMinor: 1_234_600n }).body,
      );
    });

    test('writes the largest amounts exactly', () => {
      const { amountMinor, written } = rig.largest;
      expect(order({ amountMinor }).body).toContain(written);
    });

    test('answers an outcome for every reference of a submission, by reference', async () => {
      const payments = Array.from({ length: 30 }, () => order());
      const outcomes = await rig.provider.submit(payments, {
        ...inTime(),
        ...(await sign(payments)),
      });
      expect([...outcomes.keys()].toSorted()).toEqual(
        payments.map(({ reference }) => reference).toSorted(),
      );
      for (const outcome of outcomes.values())
        expect(['ACCEPTED', 'SETTLED']).toContain(outcome.kind);
    });

    test('a repetition of the same key and bytes pays nobody twice', async () => {
      const { payment, signed } = await submitOne();
      const { outcome } = await submitOne(payment, signed);
      expect(['ACCEPTED', 'SETTLED']).toContain(outcome?.kind);
      const mine = (await rig.transfers()).filter((reference) => reference === payment.reference);
      expect(mine).toHaveLength(1);
    });

    test.each([
      { effect: 'accept_then_reset' },
      { effect: 'accept_then_status', status: 500 },
      { effect: 'accept_then_status', status: 502 },
      { effect: 'omit' },
      { effect: 'wrong_amount' },
      { effect: 'unknown_status' },
    ])(
      '$effect $status leaves the outcome open, and the payment is found, once',
      async (effect) => {
        const { payment, signed, outcome } = await failing(effect);
        const isTold = effect.effect !== 'unknown_status' || rig.tellsStatus !== false;
        expect(outcome?.kind).toBe(isTold ? 'AMBIGUOUS' : 'SETTLED');
        const found =
          rig.provider.capabilities.doubt === 'lookup'
            ? await lookUp(payment)
            : (await submitOne(payment, signed)).outcome;
        expect(['ACCEPTED', 'SETTLED']).toContain(found?.kind);
        const mine = (await rig.transfers()).filter((reference) => reference === payment.reference);
        expect(mine).toHaveLength(1);
      },
    );

    test.each([
      { effect: 'status_before', status: 500 },
      { effect: 'status_before', status: 503 },
      { effect: 'refuse' },
    ])('$effect $status leaves the outcome open, and nothing is there', async (effect) => {
      const { payment, outcome } = await failing(effect);
      expect(outcome?.kind).toBe('AMBIGUOUS');
      const { doubt } = rig.provider.capabilities;
      expect((await lookUp(payment))?.kind).toBe(doubt === 'lookup' ? 'ABSENT' : 'AMBIGUOUS');
      expect(await rig.transfers()).not.toContain(payment.reference);
    });

    test('a rate limit is told apart: the same key later, and no retry is burned', async () => {
      const { outcome } = await failing({
        effect: 'status_before',
        status: 429,
        code: rig.words.limited,
      });
      expect(outcome).toMatchObject(
        rig.limitedIsSure === false
          ? { kind: 'AMBIGUOUS', code: 'rate_limited' }
          : { kind: 'RETRY_SAME_KEY', burnsRetry: false },
      );
    });

    test.each([401, 403])('status %i halts the batch and says what would help', async (status) => {
      const { outcome } = await failing({
        effect: 'status_before',
        status,
        code: rig.words.forbidden,
      });
      expect(outcome).toMatchObject({ kind: 'HALT_BATCH' });
      expect(outcome?.kind === 'HALT_BATCH' ? outcome.remedy : '').toMatch(/resume/);
    });

    test('a definite failure carries our code, the provider’s word and both remedies', async () => {
      const { outcome } = await failing({ effect: 'reject', code: rig.words.unknown });
      expect(outcome).toMatchObject({
        kind: 'FAILED_FINAL',
        failure: { code: 'provider_rejected', providerCode: rig.words.unknown },
      });
    });

    test('what is too late to send is not sent, and surely so', async () => {
      const payment = order();
      const outcomes = await rig.provider.submit([payment], {
        ...(await sign([payment])),
        sendBeforeMs: performance.now() - 1,
      });
      expect(outcomes.get(payment.reference)).toMatchObject({
        kind: 'RETRY_SAME_KEY',
        burnsRetry: false,
      });
      expect(await rig.transfers()).not.toContain(payment.reference);
    });

    test('a look-up that fails is no verdict', async () => {
      const { payment } = await submitOne();
      await rig.fail({ effect: 'status_before', status: 500 }, { operation: 'lookup' });
      const result = await lookUp(payment);
      await rig.heal();
      expect(result?.kind).toBe('AMBIGUOUS');
    });

    test('tells the balance, and lists transfers in the order of their creation', async () => {
      const told = await rig.provider
        .balance(rig.currency)
        .then(String, (error: unknown) => (error instanceof ProviderError ? error.code : null));
      expect(told).toMatch(rig.tellsBalance === false ? /^unsupported$/ : /^[1-9]\d*$/);
      const from = new Date(Date.now() - 3_600_000);
      const listed: string[] = [];
      const createdAt: number[] = [];
      for await (const transfer of rig.provider.listTransfers(
        from,
        new Date(Date.now() + 60_000),
      )) {
        listed.push(transfer.reference);
        createdAt.push(transfer.createdAt.getTime());
      }
      expect(listed.toSorted()).toEqual((await rig.transfers()).toSorted());
      expect(createdAt).toEqual(createdAt.toSorted((a, b) => a - b));
    });

    test('an authentic event is read; with one byte changed, it is refused', async () => {
      const { headers, body, reference } = await rig.settledEvent();
      const event = rig.provider.verifyWebhook(headers, body);
      const named = rig.eventsNameReference === false ? null : reference;
      expect(event).toMatchObject({ reference: named, outcome: { kind: 'SETTLED' } });
      expect(rig.provider.readWebhook(event.eventId, body)).toEqual(event);
      const changed = { headers, body: body.replace('"', ' "') };
      const unproved = { headers: new Headers(), body };
      for (const forged of rig.signsBody ? [changed, unproved] : [unproved]) {
        expect(() => rig.provider.verifyWebhook(forged.headers, forged.body)).toThrow(
          WebhookRejected,
        );
      }
    });

    test('promises a quiet time that covers the send window', () => {
      expect(rig.provider.capabilities.quietTimeMs).toBeGreaterThan(SEND_WINDOW_MS);
    });
  });
}
