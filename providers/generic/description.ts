import { z } from 'zod';
import { isCurrency } from '../../domain/currency.ts';

/** A place in a JSON document, by RFC 6901: `/data/id`; the empty string is the whole. */
const pointer = z.string().regex(/^(\/([^~/]|~[01])*)*$/, 'a JSON pointer such as /data/id');
const template = z.string().min(1).max(2_000);
const path = z.string().startsWith('/').max(500);
const words = z.array(z.string().min(1).max(100)).default([]);

const rule = z.strictObject({
  code: z.string().regex(/^[a-z_]{1,50}$/),
  retry: z
    .union([
      z.enum(['never', 'halt']),
      z.strictObject({ afterMs: z.int().min(1_000), times: z.int().min(1).max(10) }),
    ])
    .default('never'),
  blocksAccount: z.boolean().default(false),
  payee: z.string().min(1).max(300),
  operator: z.string().min(1).max(300),
});

/** A template for each value of a JSON body; objects and lists may be nested. */
type BodyTemplate =
  string | number | boolean | null | BodyTemplate[] | { [key: string]: BodyTemplate };
const body: z.ZodType<BodyTemplate> = z.lazy(() =>
  z.union([
    z.string(),
    z.number(),
    z.boolean(),
    z.null(),
    z.array(body),
    z.record(z.string(), body),
  ]),
);

/**
 * The description of a payer of your own (docs/new-provider.md): where its calls are, how a request is
 * written, and where in its answers things stand.
 */
export const descriptionSchema = z.strictObject({
  baseUrl: z.url({ protocol: /^https?$/ }),
  /** Sent with every call; `{secret}` is the value of BURSAR_GENERIC_SECRET. */
  headers: z.record(z.string().min(1), template).default({}),
  currencies: z.array(z.string().refine(isCurrency, 'an ISO-4217 currency')).min(1),
  /** Integers in minor units, or decimal numbers or texts in major units. */
  amounts: z.enum(['minor', 'major', 'major_text']),
  submit: z.strictObject({ path, idempotencyHeader: z.string().min(1), body }),
  /** Finds payments by our reference; `items` points at the list of them in the answer. */
  lookup: z.strictObject({ path, items: pointer }),
  balance: z.strictObject({ path, amount: pointer }),
  cancel: z.strictObject({ path }).optional(),
  /** Pages of payments created in a time; `next` points at the cursor of the next page. */
  list: z.strictObject({ path, items: pointer, next: pointer }).optional(),
  /** Where things stand in a payment. */
  payment: z.strictObject({
    id: pointer,
    reference: pointer,
    amount: pointer,
    currency: pointer,
    status: pointer,
    failure: pointer.optional(),
    createdAt: pointer.optional(),
  }),
  /** Where an error word stands in an answer that is no payment. */
  error: pointer.default('/error/code'),
  /** The payer's words for a payment's state. One that is listed nowhere leaves it open. */
  statuses: z.strictObject({
    accepted: words,
    settled: words,
    failed: words,
    cancelled: words,
    returned: words,
  }),
  failures: z.record(z.string(), rule).default({}),
  webhook: z.strictObject({
    /** The header with the signature; of several in it, separated by spaces or commas, one must fit. */
    signatureHeader: z.string().min(1),
    /** Stands before the signature in the header, such as `v1,` or `sha256=`. */
    signaturePrefix: z.string().default(''),
    encoding: z.enum(['hex', 'base64']),
    /** What is signed: `{body}`, `{id}` and `{timestamp}` stand for themselves. */
    signed: template.refine((text) => text.includes('{body}'), 'must contain {body}'),
    idHeader: z.string().optional(),
    timestampHeader: z.string().optional(),
    toleranceSeconds: z.int().min(1).max(86_400).default(300),
    /** How the secret is written: as it is, or as `whsec_` and base64. */
    secret: z.enum(['text', 'base64']).default('text'),
    id: pointer,
    type: pointer,
    payment: pointer,
  }),
  callsPerMinute: z.int().min(1).optional(),
  /** So long the payer answers a key with what it has done for it before. */
  idempotencyHours: z.number().positive().max(720),
  timeoutMs: z.int().min(100).max(30_000).default(5_000),
});
export type Description = z.infer<typeof descriptionSchema>;
export type { BodyTemplate };
