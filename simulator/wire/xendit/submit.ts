import { randomUUID } from 'node:crypto';
import type { Fate } from '../../engine.ts';
import type { TransferView } from '../../ledger.ts';
import type { Answer, Call, Prepared } from '../port.ts';
import type { Business } from './businesses.ts';
import { failure, invalid } from './errors.ts';
import { WITHOUT_FUNDS } from './fates.ts';
import { payoutOf, type Details } from './payout.ts';
import { readV2 } from './v2.ts';
import { readV3 } from './v3.ts';

const KEY_CHARS_MAX = 100;
// The documentation names the one on most of its pages, the other on one.
const API_VERSIONS = new Set(['2025-09-01', '2025-09-09']);

/** A payout that may be made. */
export type Draft = {
  readonly reference: string;
  readonly recipient: string;
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly fate: Fate;
  readonly announced?: boolean;
  readonly details: Details;
};

/** `POST /v2/payouts` and `POST /v3/payouts` */
export function prepareSubmit(
  provider: string,
  call: Call,
  business: Business,
  version: 2 | 3,
): Prepared | Answer {
  const problem = headerError(call, version);
  if (problem !== null) return problem;
  const key = keyIn(call) ?? randomUUID();
  const body = jsonIn(call.body);
  if (body === undefined) return invalid([{ path: '', message: 'the body is not JSON' }]);
  const draft = version === 2 ? readV2(body, business) : readV3(body, business);
  if ('status' in draft) return draft;
  const { reference, recipient, details } = draft;
  const submission = {
    ...draft,
    provider,
    idempotencyKey: key,
    bodyHash: call.bodyHash,
    fateWhenShort: WITHOUT_FUNDS,
    keyScope: business.businessId,
    details: JSON.stringify(details),
  };
  return {
    operation: 'submit',
    items: [{ reference, recipient, key }],
    isBatch: false,
    perform(turn) {
      const submitted = turn.submit(submission);
      if (submitted.kind === 'refused') return failure(submitted.code);
      const { kind, view } = submitted;
      if (view === null) return ok({});
      return ok(payoutOf(kind === 'created' ? asMade(view) : view));
    },
  };
}

// A payout is always answered as ACCEPTED, however soon it is further.
function asMade(view: TransferView): TransferView {
  return view.status === 'accepted' ? { ...view, failureCode: null } : view;
}

function headerError(call: Call, version: 2 | 3): Answer | null {
  const key = keyIn(call);
  if ((version === 2 && key === null) || (key?.length ?? 0) > KEY_CHARS_MAX) {
    return invalid([{ path: 'idempotency-key', message: `1 to ${KEY_CHARS_MAX} characters` }]);
  }
  return versionError(call, version);
}

/** Refuses a call of v3 without the version that the documentation wants. */
export function versionError(call: Call, version: 2 | 3): Answer | null {
  const asked = call.headers['api-version'];
  if (version === 2 || (typeof asked === 'string' && API_VERSIONS.has(asked))) return null;
  return invalid([{ path: 'api-version', message: 'the header has to be 2025-09-01' }]);
}

function keyIn({ headers }: Call): string | null {
  const key = headers['idempotency-key'];
  return typeof key === 'string' && key !== '' ? key : null;
}

function jsonIn(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}

/** 200 */
export function ok(body: unknown): Answer {
  return { status: 200, body: JSON.stringify(body) };
}
