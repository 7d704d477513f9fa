import { randomUUID } from 'node:crypto';
import type { Ledger } from '../../ledger.ts';
import type { Turn } from '../../turn.ts';
import type { Answer, Call, Prepared } from '../port.ts';
import { answer, Refusal } from './errors.ts';
import { replay, save, saveReplacement, type KeyedRequest } from './keys.ts';
import { Params } from './params.ts';

const KEY_CHARS_MAX = 255;

/** A call whose credentials are good. */
export type Request = {
  readonly call: Call;
  readonly ledger: Ledger;
  readonly livemode: boolean;
  /** The platform's own account. */
  readonly platform: string;
  /** The account that the call acts for: that of the Stripe-Account header, or the platform's. */
  readonly account: string;
};

/** The parameters: of the query of a GET, of the body of a POST. */
export function paramsOf({ call }: Request, allowed: readonly string[]): Params {
  return new Params(call.method === 'GET' ? call.query : call.body.toString('utf8'), allowed);
}

/** What makes this POST the same as another. Without the header it is like no other. */
export function keyOf({ call, account }: Request, params: Params): KeyedRequest {
  const header = call.headers['idempotency-key'];
  const key = typeof header === 'string' && header !== '' ? header : `none_${randomUUID()}`;
  if (key.length > KEY_CHARS_MAX) {
    const message = `Idempotency keys can be at most ${KEY_CHARS_MAX} characters long.`;
    throw new Refusal({ status: 400, message, type: 'idempotency_error' });
  }
  return { key, account, hash: params.hashFor(call.path) };
}

/** A POST that changes something which exists: carried out once for a key, its answer kept. */
export function once(
  request: Request,
  keyed: KeyedRequest,
  prepared: Omit<Prepared, 'perform' | 'isBatch'>,
  act: (turn: Turn) => unknown,
): Prepared {
  const { ledger } = request;
  let hasBegun = false;
  return {
    ...prepared,
    isBatch: false,
    perform(turn) {
      const before = replay(ledger, keyed);
      if (before !== null) return before;
      hasBegun = true;
      const made = attempt(() => ok(act(turn)));
      save(turn, ledger, keyed, made);
      return made;
    },
    replaced: (turn, told) => {
      if (hasBegun) saveReplacement(turn, ledger, keyed, told);
    },
  };
}

/** A GET. */
export function reading(
  operation: Prepared['operation'],
  items: Prepared['items'],
  act: (turn: Turn) => unknown,
): Prepared {
  return { operation, items, isBatch: false, perform: (turn) => ok(act(turn)) };
}

/** The answer, or that of the refusal. */
export function attempt<T>(act: () => T | Answer): T | Answer {
  try {
    return act();
  } catch (error) {
    if (error instanceof Refusal) return error.answer;
    throw error;
  }
}

/** An item that a rule leaves out is an empty object. */
export function ok(body: unknown): Answer {
  return answer(200, JSON.stringify(body ?? {}));
}
