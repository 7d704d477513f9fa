import { createHmac, timingSafeEqual } from 'node:crypto';
import { privateKeyToAccount } from 'viem/accounts';
import { z } from 'zod';
import { DEFAULT_CREDENTIALS, type Credentials } from '../../simulator/credentials.ts';
import { startWireBench, type Hook } from './wire-bench.ts';

const { team, webhookSecret } = DEFAULT_CREDENTIALS.riseworks;
export const TEAM = team;
export const wallet = privateKeyToAccount(`0x${'01'.repeat(32)}`);
/** A wallet that the simulator does not know. */
export const stranger = privateKeyToAccount(`0x${'02'.repeat(32)}`);

const hexSchema = z.custom<`0x${string}`>(
  (value) => typeof value === 'string' && value.startsWith('0x'),
);
export const draftSchema = z.object({
  success: z.literal(true),
  data: z.object({
    domain: z.object({
      name: z.string(),
      version: z.string(),
      chainId: z.number(),
      verifyingContract: hexSchema,
    }),
    types: z.record(z.string(), z.array(z.object({ name: z.string(), type: z.string() }))),
    primary_type: z.literal('CreatePaymentsForwardRequest'),
    typed_data: z.looseObject({
      from: hexSchema,
      to: hexSchema,
      salt: z.string(),
      expires: z.string(),
    }),
  }),
});
export type Draft = z.infer<typeof draftSchema>['data'];
export const itemsSchema = z.object({
  success: z.literal(true),
  data: z.object({
    items: z.array(
      z.object({
        recipient: z.object({ nanoid: z.string() }),
        invoice: z.object({
          nanoid: z.string(),
          invoice_description: z.string(),
          amount_cents: z.number(),
        }),
        payment: z.object({
          nanoid: z.string(),
          payment_group_nanoid: z.string(),
          state: z.string(),
          amount_cents: z.number(),
          process_transaction: z.string().nullable(),
        }),
      }),
    ),
  }),
});
const failureSchema = z.object({
  success: z.literal(false),
  data: z.object({ code: z.string(), message: z.string() }),
});
export const eventSchema = z.looseObject({
  object: z.literal('event'),
  event_type: z.string(),
  idempotency_key: z.uuid(),
  payment: z
    .object({ nanoid: z.string(), amount_cents: z.number(), process_transaction: z.string() })
    .optional(),
  payment_group: z
    .object({
      nanoid: z.string(),
      payments: z.array(z.object({ nanoid: z.string(), amount_cents: z.number() })),
    })
    .optional(),
});

/** HTTP status and the code in the envelope. */
export function failureOf(reply: { status: number; body: unknown }): [number, string] {
  return [reply.status, failureSchema.parse(reply.body).data.code];
}

/** Whether `t=…,v1=…` is right for the body. */
export function isGenuine({ raw, headers }: Hook): boolean {
  const [, t = '', v1 = ''] =
    /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers['x-rise-signature'])) ?? [];
  const expected = createHmac('sha256', webhookSecret).update(`${t}.${raw}`).digest();
  const given = Buffer.from(v1, 'hex');
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** The reference that payment `at` has in its description. */
export const reference = (at: number) => `pay_${String(at).padStart(32, '0')}:1`;
/** A payment of 10.00 USD. */
export const payment = (at: number, changes: object = {}) => ({
  to: `us-person${at}`,
  amount_cents: 1_000,
  currency_symbol: 'USD',
  invoice_description: `Commission of May, ${reference(at)}`,
  ...changes,
});

/** A simulator with a receiver, and the calls of a client that is signed in. */
export async function startRiseBench(credentials?: Credentials) {
  const bench = await startWireBench(credentials);
  const call = async (method: string, path: string, body?: unknown, jwt?: string) =>
    await bench.call(method, `/riseworks/v2${path}`, {
      headers: jwt === undefined ? {} : { authorization: `Bearer ${jwt}` },
      ...(body !== undefined && { body }),
    });
  const siwe = async () => {
    const answer = await call(
      'GET',
      `/auth/siwe?wallet=${wallet.address}&riseid=${wallet.address}`,
    );
    const { data } = z.object({ data: z.object({ siwe: z.string() }) }).parse(answer.body);
    return { message: data.siwe, nonce: /^Nonce: (.+)$/m.exec(data.siwe)?.[1] ?? '' };
  };
  const login = async () => {
    const { message, nonce } = await siwe();
    const signature = await wallet.signMessage({ message });
    const answer = await call('POST', '/auth/verify', { message, signature, nonce });
    return z.object({ data: z.object({ jwt: z.string() }) }).parse(answer.body).data.jwt;
  };
  let jwt = '';
  const authed = async (method: string, path: string, body?: unknown) =>
    await call(method, path, body, jwt);
  const draft = async (payments: readonly object[], changes: object = {}) =>
    await authed('POST', '/payments', {
      from: TEAM,
      to: payments,
      pay_now: true,
      network: 'arbitrum',
      ...changes,
    });
  const signed = async (drafted: Draft, signer = wallet) => {
    const { domain, types, primary_type: primaryType, typed_data: message } = drafted;
    const signature = await signer.signTypedData({ domain, types, primaryType, message });
    return { ...drafted, signature };
  };
  return {
    ...bench,
    call,
    authed,
    siwe,
    login,
    draft,
    signed,
    /** Signs in; every call of `authed` carries the token from then on. */
    enter: async () => {
      jwt = await login();
    },
    /** Drafts and signs: the body of a `PUT`. */
    ready: async (payments: readonly object[]) =>
      await signed(draftSchema.parse((await draft(payments)).body).data),
    list: async (query = '') =>
      itemsSchema.parse(
        (await authed('GET', `/payments?team_nanoid=${TEAM}&query_type=payable${query}`)).body,
      ).data.items,
    /** The genuine events, in the order of their arrival. */
    events: () =>
      bench.hooks.filter(isGenuine).map(({ raw }) => eventSchema.parse(JSON.parse(raw))),
  };
}

export type RiseBench = Awaited<ReturnType<typeof startRiseBench>>;
