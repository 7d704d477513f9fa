import { hash } from 'node:crypto';
import { z } from 'zod';
import type { Submission } from '../../engine.ts';
import type { Submitted } from '../../turn.ts';
import type { Answer, Call, Prepared } from '../port.ts';
import { errorOf, failure, payoutOf, statusOf } from './payout.ts';

const BATCH_PAYOUTS_MAX = 100;

const text = z.string().min(1).max(255);
const payoutSchema = z.object({
  reference: text,
  recipient: text,
  amount: z.int().positive(),
  currency: z.string().regex(/^[A-Z]{3}$/),
  description: z.string().max(1_000).optional(),
});
const itemSchema = payoutSchema.extend({ idempotencyKey: text });
const batchSchema = z.object({ payouts: z.array(z.unknown()).min(1).max(BATCH_PAYOUTS_MAX) });

/** `POST /mock/payouts` */
export function prepareSubmit(provider: string, call: Call): Prepared | Answer {
  const key = call.headers['idempotency-key'];
  if (typeof key !== 'string' || key === '') {
    return failure('invalid_request', { message: 'the Idempotency-Key header is missing' });
  }
  const json = readJson(call.body);
  const payout = payoutSchema.safeParse(json.value);
  if (!payout.success) return invalid(json.isJson ? payout.error : null);
  const submission = submissionOf(provider, payout.data, key, call.bodyHash);
  const { reference, recipient } = payout.data;
  return {
    operation: 'submit',
    items: [{ reference, recipient, key }],
    isBatch: false,
    perform(turn) {
      return answerOf(turn.submit(submission));
    },
  };
}

/** `POST /mock/payouts/batch`: each item is as one of its own, with its own key. */
export function prepareBatch(provider: string, call: Call): Prepared | Answer {
  const json = readJson(call.body);
  const batch = batchSchema.safeParse(json.value);
  if (!batch.success) return invalid(json.isJson ? batch.error : null);
  const items = batch.data.payouts.map((item) => readItem(provider, item));
  return {
    operation: 'submit',
    items,
    isBatch: true,
    perform(turn, itemStatus) {
      const results: unknown[] = [];
      items.forEach(({ reference, submission, problem }, at) => {
        const submitted = submission === null ? null : turn.submit(submission);
        itemStatus(at, submitted === null ? 400 : statusOfSubmitted(submitted));
        if (submitted === null) {
          results.push({ reference, error: errorOf('invalid_request', problem) });
        } else if (submitted.kind === 'refused') {
          results.push({ reference, error: errorOf(submitted.code) });
        } else if (submitted.view !== null) {
          results.push({ reference, payout: payoutOf(submitted.view) });
        }
      });
      return { status: 200, body: JSON.stringify({ results: turn.arrange(results) }) };
    },
  };
}

function readItem(provider: string, value: unknown) {
  const item = itemSchema.safeParse(value);
  if (!item.success) {
    const reference = textIn(value, 'reference');
    const key = textIn(value, 'idempotencyKey');
    const problem = messageOf(item.error);
    return { reference, recipient: textIn(value, 'recipient'), key, submission: null, problem };
  }
  // What would be the body of the payout on its own, so that a key is worth the same in both calls.
  const alone = { ...(value as object), idempotencyKey: undefined };
  const bodyHash = hash('sha256', JSON.stringify(alone), 'base64url');
  const { reference, recipient, idempotencyKey: key } = item.data;
  const submission = submissionOf(provider, item.data, key, bodyHash);
  return { reference, recipient, key, submission, problem: '' };
}

function submissionOf(
  provider: string,
  payout: z.infer<typeof payoutSchema>,
  idempotencyKey: string,
  bodyHash: string,
): Submission {
  const { reference, recipient, currency } = payout;
  const amountMinor = BigInt(payout.amount);
  return { provider, reference, recipient, amountMinor, currency, idempotencyKey, bodyHash };
}

function answerOf(submitted: Submitted): Answer {
  if (submitted.kind === 'refused') return failure(submitted.code);
  if (submitted.view === null) return { status: 200, body: '{}' };
  const body = JSON.stringify(payoutOf(submitted.view));
  return { status: statusOfSubmitted(submitted), body };
}

function statusOfSubmitted(submitted: Submitted): number {
  if (submitted.kind === 'refused') return statusOf(submitted.code);
  return submitted.kind === 'created' ? 201 : 200;
}

function readJson(body: Buffer): { isJson: boolean; value: unknown } {
  try {
    return { isJson: true, value: JSON.parse(body.toString('utf8')) };
  } catch {
    return { isJson: false, value: null };
  }
}

function invalid(error: z.ZodError | null): Answer {
  const message = error === null ? 'the body is not JSON' : messageOf(error);
  return failure('invalid_request', { message });
}

function messageOf(error: z.ZodError): string {
  return error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
}

function textIn(value: unknown, name: string): string | null {
  if (typeof value !== 'object' || value === null) return null;
  const found: unknown = Reflect.get(value, name);
  return typeof found === 'string' ? found : null;
}
