import { z } from 'zod';
import { USUAL_FATE, type Fate, type Submission } from '../../engine.ts';
import type { Ledger } from '../../ledger.ts';
import type { Turn } from '../../turn.ts';
import type { Answer, Call, Prepared } from '../port.ts';
import { draftOf, referenceIn, type Draft } from './drafts.ts';
import { failure, jsonIn, ok, Refusal } from './envelope.ts';
import type { Login } from './login.ts';
import { eventPaymentOf, groupIdsOf, PROVIDER, type Details } from './payments.ts';
import { digestOf, messageSchema, signerOf } from './typed-data.ts';

const bodySchema = z.object({ typed_data: messageSchema, signature: z.string().min(1).max(1_000) });

// Paid later, by a schedule that nobody has here: an intent for ever.
const LATER: Fate = { ...USUAL_FATE, afterMs: null, phase: 'intent' };

/**
 * `PUT /v2/payments`: executes signed typed data, all of its payments or none. The same digest
 * executes once; again it is the same success.
 */
export async function prepareExecute(
  call: Call,
  ledger: Ledger,
  login: Login,
): Promise<Prepared | Answer> {
  const body = bodySchema.safeParse(jsonIn(call.body));
  if (!body.success) {
    const message = 'typed_data as it was drafted, and its signature';
    throw new Refusal('BAD_REQUEST', { message });
  }
  const { typed_data: message, signature } = body.data;
  const digest = digestOf(message);
  const signer = await signerOf(digest, signature);
  const draft = draftOf(ledger, message.salt);
  const submissions = draft?.digest === digest ? submissionsOf(draft) : [];
  return {
    operation: 'submit',
    items: submissions.map(({ reference, recipient, idempotencyKey }) => ({
      reference,
      recipient,
      key: idempotencyKey,
    })),
    isBatch: true,
    perform(turn, itemStatus) {
      const refusal = refusalOf(signer, message.expires);
      if (refusal !== null) return refusal;
      // Nobody has drafted it, or not here: like one that is too old, it needs a fresh draft.
      if (draft === null) return failure('EXPIRED_TYPED_DATA');
      if (draft.digest !== digest) return failure('INVALID_SIGNATURE');
      const answer = execute(turn, draft, submissions);
      for (const at of submissions.keys()) itemStatus(at, answer.status);
      return answer;
    },
  };

  function refusalOf(wallet: string | null, expires: string): Answer | null {
    if (wallet === null || !login.maySign(wallet)) return failure('INVALID_SIGNATURE');
    const isLate = BigInt(expires) * 1_000n <= BigInt(Date.now());
    const isDone = ledger.book(PROVIDER).withKey(keyOf(digest, 0)) !== undefined;
    return isLate && !isDone ? failure('EXPIRED_TYPED_DATA') : null;
  }
}

function execute(turn: Turn, draft: Draft, submissions: readonly Submission[]): Answer {
  const submitted = turn.submitAll(submissions);
  if (submitted.kind === 'refused') {
    const culprit = submitted.at === null ? undefined : submissions[submitted.at];
    if (culprit === undefined) return failure(submitted.code);
    const message = `${submitted.code}: ${culprit.recipient}`;
    return failure(submitted.code, { message });
  }
  const shown = submitted.each.flatMap((each) =>
    each.kind === 'refused' || each.view === null ? [] : eventPaymentOf(each.view, false),
  );
  const { nanoid, onchainId } = groupIdsOf(draft.digest);
  const group = { nanoid, onchain_id: onchainId, payments: turn.arrange(shown) };
  return ok({ transaction: draft.digest, payment_group: group });
}

function submissionsOf(draft: Draft): Submission[] {
  const { digest, team, payments, payNow } = draft;
  return payments.map(({ to, amountCents, currency, description }, index) => {
    const details: Details = {
      team,
      digest,
      index,
      description,
      ...(index === 0 && { group: payments }),
    };
    return {
      provider: PROVIDER,
      reference: referenceIn(description) ?? description.slice(0, 255),
      recipient: to,
      amountMinor: BigInt(amountCents),
      currency,
      idempotencyKey: keyOf(digest, index),
      bodyHash: digest,
      fate: payNow ? USUAL_FATE : LATER,
      details: JSON.stringify(details),
      announced: true,
    };
  });
}

function keyOf(digest: string, index: number): string {
  return `${digest}:${index}`;
}
