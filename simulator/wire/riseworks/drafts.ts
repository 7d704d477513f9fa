import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Ledger } from '../../ledger.ts';
import type { Call, Prepared } from '../port.ts';
import { jsonIn, ok, Refusal } from './envelope.ts';
import { PROVIDER } from './payments.ts';
import { digestOf, messageFor, typedDataOf } from './typed-data.ts';

const DRAFT_SECONDS_DEFAULT = 600;

const paymentSchema = z.object({
  to: z.string().min(1).max(255),
  amount_cents: z.int().positive(),
  currency_symbol: z.string().regex(/^[A-Z]{3}$/),
  invoice_description: z.string().min(1).max(1_000),
});
const requestSchema = z.object({
  from: z.string(),
  to: z.array(paymentSchema).min(1),
  pay_now: z.boolean(),
  network: z.literal('arbitrum'),
});

const draftSchema = z.object({
  team: z.string(),
  digest: z.string(),
  payNow: z.boolean(),
  payments: z.array(
    z.object({
      to: z.string(),
      amountCents: z.int(),
      currency: z.string(),
      description: z.string(),
    }),
  ),
});
/** What a signature will execute: the typed data itself does not tell what each payment is for. */
export type Draft = z.infer<typeof draftSchema>;

/**
 * `POST /v2/payments`: typed data to sign. It makes no payment; what it was for is remembered, also
 * over a restart, since a signed payload may come as long as it has not expired.
 */
export function prepareDraft(
  call: Call,
  ledger: Ledger,
  team: string,
  draftSeconds = DRAFT_SECONDS_DEFAULT,
): Prepared {
  const request = requestSchema.safeParse(jsonIn(call.body));
  if (!request.success) {
    const [issue] = request.error.issues;
    const message = `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`;
    throw new Refusal('BAD_REQUEST', { message });
  }
  const { from, to, pay_now: payNow } = request.data;
  if (from !== team) throw new Refusal('TEAM_ROLE_SETTINGS_NOT_FOUND');
  const stranger = to.find((payment) => !isUser(ledger, payment.to));
  if (stranger !== undefined) {
    const message = `Recipient address is invalid: ${stranger.to}`;
    throw new Refusal('INVALID_RECIPIENT', { message });
  }
  const payments = to.map((payment) => ({
    to: payment.to,
    amountCents: payment.amount_cents,
    currency: payment.currency_symbol,
    description: payment.invoice_description,
  }));
  return {
    operation: 'draft',
    items: to.map((payment) => ({
      reference: referenceIn(payment.invoice_description),
      recipient: payment.to,
      key: null,
    })),
    // Nothing is sent yet, so the payments are no rows of their own in the record of requests.
    isBatch: false,
    perform(turn) {
      const salt = BigInt(`0x${randomBytes(8).toString('hex')}`).toString();
      const expires = Math.floor(Date.now() / 1_000) + draftSeconds;
      const message = messageFor(team, payments, salt, expires);
      const draft: Draft = { team, digest: digestOf(message), payNow, payments };
      turn.note(nameOf(salt), JSON.stringify(draft));
      return ok(typedDataOf(message));
    },
  };
}

/** What was drafted under this salt; null where nothing was. */
export function draftOf(ledger: Ledger, salt: string): Draft | null {
  const note = ledger.book(PROVIDER).notes.get(nameOf(salt));
  return note === undefined ? null : draftSchema.parse(JSON.parse(note));
}

/**
 * Whether this nanoid can be paid: a user that was set, or whatever looks like one, so that a test
 * need not set each payee. `us-invalid…` and what ends in `unknown` are nobody.
 */
export function isUser(ledger: Ledger, nanoid: string): boolean {
  if (ledger.book(PROVIDER).accounts.has(nanoid)) return true;
  const isNobody = nanoid.startsWith('us-invalid') || nanoid.endsWith('unknown');
  return /^us-\w/.test(nanoid) && !isNobody;
}

/** The payer's own reference, a word of this shape anywhere in the description; null where there is none. */
export function referenceIn(description: string): string | null {
  return /\bpay_[0-9a-f]{32}:\d+/.exec(description)?.[0] ?? null;
}

function nameOf(salt: string): string {
  return `draft ${salt}`;
}
