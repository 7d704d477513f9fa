import { describe, expect, test } from 'vitest';
import { type PreparedPayment } from '../../providers/port.ts';
import { draftOf, refused } from './riseworks-peer.ts';
import { PAYMENTS, user, useRise } from './riseworks-rig.ts';

const rise = useRise();
const { order, stage, stageOne } = rise;

describe('a draft that Rise refuses', () => {
  test.each([
    [refused(402, 'INSUFFICIENT_BALANCE'), { kind: 'HALT_BATCH', cause: 'funds' }],
    [refused(400, 'INSUFFICIENT_BALANCE'), { kind: 'HALT_BATCH', cause: 'funds' }],
    [refused(400, { code: 'INVALID_SIGNATURE' }), { kind: 'HALT_BATCH', cause: 'forbidden' }],
    [
      refused(400, 'Error: TEAM_ROLE_SETTINGS_NOT_FOUND for you'),
      { kind: 'HALT_BATCH', code: 'TEAM_ROLE_SETTINGS_NOT_FOUND', cause: 'forbidden' },
    ],
    [refused(403, 'not yours'), { kind: 'HALT_BATCH', cause: 'forbidden' }],
    [
      { status: 429, headers: { 'retry-after': '7' } },
      { kind: 'RETRY_SAME_KEY', code: 'rate_limited', burnsRetry: false, retryAfterMs: 7_000 },
    ],
    [{ status: 500 }, { kind: 'RETRY_SAME_KEY', burnsRetry: true }],
    [{ status: 503 }, { kind: 'RETRY_SAME_KEY', burnsRetry: false }],
    [{ reset: true } as const, { kind: 'RETRY_SAME_KEY', burnsRetry: false }],
    [{ body: 'junk' }, { kind: 'RETRY_SAME_KEY', burnsRetry: true }],
    [{ huge: true } as const, { kind: 'RETRY_SAME_KEY' }],
    [{ body: { success: true, data: { domain: {} } } }, { kind: 'RETRY_SAME_KEY' }],
    [
      refused(400, 'INVALID_RECIPIENT'),
      { kind: 'FAILED_FINAL', failure: { code: 'invalid_account', blocksAccount: true } },
    ],
    [refused(404, 'no such user'), { kind: 'FAILED_FINAL', failure: { code: 'invalid_account' } }],
    [
      refused(400, 'NEW_WORD'),
      { kind: 'FAILED_FINAL', failure: { code: 'provider_rejected', providerCode: 'NEW_WORD' } },
    ],
  ])('an answer to the draft of one payment %j is %j', async (reply, outcome) => {
    rise.peer.answer(`POST ${PAYMENTS}`, reply);
    expect(await stageOne()).toMatchObject(outcome);
  });

  /** Refuses every draft that holds one of the users. */
  const refusing = (bad: readonly string[], data: (found: string) => unknown) =>
    rise.peer.answer(`POST ${PAYMENTS}`, ({ body }) => {
      const asked: { to: string; amount_cents: number; invoice_description: string }[] =
        JSON.parse(body).to;
      const found = asked.find(({ to }) => bad.includes(to));
      return found
        ? refused(400, data(found.to))
        : { body: { success: true, data: draftOf(asked) } };
    });
  const crowd = () => Array.from({ length: 100 }, (_, index) => order({ accountRef: user(index) }));
  const kinds = async (payments: readonly PreparedPayment[]) => {
    const staged = await stage(payments);
    if (staged.kind !== 'refused') throw new Error('signed');
    return payments.map(({ reference }) => staged.outcomes.get(reference));
  };

  test('one payment that Rise names fails alone; the others are drafted again at once', async () => {
    refusing([user(42)], (found) => ({
      code: 'INVALID_RECIPIENT',
      message: `not found: ${found}`,
    }));
    const outcomes = await kinds(crowd());
    expect(outcomes[42]).toMatchObject({ kind: 'FAILED_FINAL' });
    expect(rise.peer.sent(`POST ${PAYMENTS}`)).toHaveLength(1);
    const others = outcomes.filter((_, index) => index !== 42);
    for (const outcome of others) {
      expect(outcome).toMatchObject({ kind: 'RETRY_SAME_KEY', burnsRetry: false, retryAfterMs: 0 });
    }
  });

  test('P15: payments that Rise does not name are found by halves, and fail alone', async () => {
    refusing([user(0), user(61)], () => 'INVALID_RECIPIENT');
    const outcomes = await kinds(crowd());
    const failed = outcomes.flatMap((outcome, index) =>
      outcome?.kind === 'FAILED_FINAL' ? [index] : [],
    );
    expect(failed).toEqual([0, 61]);
    expect(outcomes.filter((outcome) => outcome?.kind === 'RETRY_SAME_KEY')).toHaveLength(98);
  });

  test('where all are bad, each draft finds some, within a limit of calls', async () => {
    refusing(
      Array.from({ length: 100 }, (_, index) => user(index)),
      () => 'INVALID_RECIPIENT',
    );
    const outcomes = await kinds(crowd());
    const failed = outcomes.filter((outcome) => outcome?.kind === 'FAILED_FINAL');
    expect(failed.length).toBeGreaterThan(10);
    expect(rise.peer.sent(`POST ${PAYMENTS}`).length).toBeLessThanOrEqual(41);
  });
});
