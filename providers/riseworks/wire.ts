import { z } from 'zod';

/** Cents as Rise writes them: an integer, or its digits. Never a float. */
const cents = z
  .union([z.int().nonnegative(), z.string().regex(/^\d{1,18}$/)])
  .transform((value) => BigInt(value));

const text = z.string().nullish();
const instant = z.iso.datetime({ offset: true }).nullish();

/** One payment of `GET /v2/payments`; whatever else stands in it is not read. */
export const itemSchema = z.object({
  recipient: z.object({ nanoid: text }).nullish(),
  invoice: z
    .object({
      nanoid: text,
      invoice_description: text,
      recipient_nanoid: text,
      amount_cents: cents.nullish(),
      currency: text,
      created_at: instant,
    })
    .nullish(),
  payment: z.object({
    nanoid: z.string().min(1).max(100),
    state: z.string(),
    amount_cents: cents.nullish(),
    currency_symbol: text,
    created_at: instant,
  }),
});
export type Item = z.infer<typeof itemSchema>;

/** A payment as events tell it, below its group. */
export const groupedSchema = z.object({
  amount_cents: cents,
  recipients: z.array(z.object({ nanoid: z.string() })),
});

/** `data.items[]`. Items that are not readable are kept apart, since they may be ours. */
export const itemsSchema = z.object({
  success: z.literal(true),
  data: z.object({ items: z.array(z.unknown()) }),
});

/** A call succeeded; what it says is not listed. */
export const successSchema = z.object({ success: z.literal(true), data: z.unknown() });

export const siweSchema = z.object({
  success: z.literal(true),
  data: z.object({ siwe: z.string().min(1).max(4_096) }),
});

export const jwtSchema = z.object({
  success: z.literal(true),
  data: z.object({
    jwt: z
      .string()
      .max(16_384)
      .regex(/^[\w.~+/=-]+$/),
  }),
});

const address = z
  .string()
  .regex(/^0x[0-9a-fA-F]{40}$/)
  .transform((digits) => digits as `0x${string}`);

/** The answer of `POST /v2/payments`: what is to be signed, as EIP-712 typed data. */
export const draftSchema = z.object({
  success: z.literal(true),
  data: z.object({
    domain: z.looseObject({
      name: z.string(),
      chainId: z.union([z.int().positive(), z.string().regex(/^\d{1,15}$/)]),
      verifyingContract: address,
    }),
    types: z.record(z.string(), z.array(z.object({ name: z.string(), type: z.string() }))),
    primary_type: z.string(),
    typed_data: z.looseObject({
      from: address,
      to: address,
      salt: z.union([z.int(), z.string().min(1).max(100)]),
      expires: z.union([z.int(), z.string().regex(/^\d{1,15}$/)]),
      data: z.unknown(),
    }),
  }),
});
export type Draft = z.infer<typeof draftSchema>['data'];

export const balanceSchema = z.object({
  success: z.literal(true),
  data: z.object({
    rise_account_address: address.nullish(),
    balances: z.array(z.object({ currency: z.string(), balance_cents: cents })),
  }),
});

/** Teams or users in a list: bare, or below a name of its own. */
const listOf = <T>(row: z.ZodType<T>, name: string) =>
  z
    .union([z.array(row), z.object({ [name]: z.array(row) }), z.object({ items: z.array(row) })])
    .transform((data): T[] => (Array.isArray(data) ? data : (Object.values(data)[0] ?? [])));

const entity = z.looseObject({ nanoid: z.string(), email: text });
export type Entity = z.infer<typeof entity>;

export const teamsSchema = z.object({ success: z.literal(true), data: listOf(entity, 'teams') });
export const usersSchema = z.object({ success: z.literal(true), data: listOf(entity, 'users') });
export const summarySchema = z.object({
  success: z.literal(true),
  data: z.record(z.string(), z.unknown()),
});

export const invitedSchema = z.object({
  success: z.literal(true),
  data: z.object({ nanoids: z.array(z.string()) }),
});

const webhookPayment = z.looseObject({
  nanoid: text,
  invoice_description: text,
  amount_cents: cents.nullish(),
  currency: text,
});

/** The envelope of an event; payment events carry the payment or its group. */
export const webhookSchema = z.looseObject({
  object: z.literal('event'),
  event_type: z.string().min(1).max(100),
  idempotency_key: z.string().min(1).max(200),
  payment: webhookPayment.nullish(),
  payment_group: z
    .looseObject({ invoice_description: text, currency: text, payments: z.array(webhookPayment) })
    .nullish(),
});

/** Reads JSON of a known shape; null for anything else, since foreign data never throws. */
export function readJson<T>(schema: z.ZodType<T>, given: string): T | null {
  try {
    const parsed = schema.safeParse(JSON.parse(given));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

const WORD = /\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b/;

/**
 * The failure word of an answer: Rise puts it, or a sentence, in `data`, as text or below a name;
 * else the HTTP status stands for it. Never more than 60 characters.
 */
export function failureWord(status: number, given: string): string {
  const body = readJson(z.looseObject({ data: z.unknown() }), given);
  const said = body === null ? [] : [body.data, body['error'], body['code'], body['message']];
  const texts = said.flatMap((value) =>
    typeof value === 'object' && value !== null
      ? ['code', 'error', 'error_code', 'message'].map((name): unknown => Reflect.get(value, name))
      : [value],
  );
  for (const value of texts) {
    if (typeof value !== 'string') continue;
    if (/^\w{1,60}$/.test(value)) return value;
    const [word] = WORD.exec(value.slice(0, 2_000)) ?? [];
    if (word) return word.slice(0, 60);
  }
  return `http_${status}`;
}
