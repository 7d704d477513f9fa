import { expect, test } from 'vitest';
import { openCases } from '../../db/queries/cases.ts';
import { sentPayments, statesOf, type SentPayment } from '../support/sent-payments.ts';
import { checkInvariants } from '../../db/queries/invariants.ts';
import { unique } from './support/data.ts';
import { count, useTestApi } from './support/test-api.ts';

const api = useTestApi();
const as = 'processor';

async function openOne(subject = unique('subject')): Promise<string> {
  const [id] = await openCases(api.db, [
    {
      kind: 'contradiction',
      severity: 'high',
      subject,
      summary: 'Look at this.',
      provider: 'mock',
    },
  ]);
  return id ?? 'none';
}

test('a case is found, given to somebody, noted and resolved; each step says who did it', async () => {
  const id = await openOne();
  const steps = [
    await api.post(`/cases/${id}/assign`, { owner: 'ada' }, { as }),
    await api.post(`/cases/${id}/note`, { note: 'asked the provider' }, { as }),
    await api.post(`/cases/${id}/resolve`, { resolution: 'their mistake' }, { as }),
  ];
  expect(steps.map(({ status }) => status)).toEqual([200, 200, 200]);
  const found = await api.get(`/cases/${id}`, { as: 'viewer' });
  expect(found.at('case')).toMatchObject({
    status: 'RESOLVED',
    owner: 'ada',
    note: 'asked the provider',
    resolution: 'their mistake',
    resolvedBy: `key:${api.keys.processor.id}`,
  });
  const trail = `select count(*) as n from audit_logs where details->>'caseId' = $1 and actor = $2
    and action in ('case.assigned', 'case.noted', 'case.resolved')`;
  expect(await count(api.db, trail, [id, `key:${api.keys.processor.id}`])).toBe(3);
});

test('a resolved case takes nothing more; the same trouble again is a case of its own', async () => {
  const subject = unique('subject');
  const id = await openOne(subject);
  await api.post(`/cases/${id}/resolve`, { resolution: 'done' }, { as });
  for (const [step, body] of [
    ['assign', { owner: null }],
    ['note', { note: 'more' }],
    ['resolve', { resolution: 'again' }],
  ] as const) {
    const answer = await api.post(`/cases/${id}/${step}`, body, { as });
    expect([answer.status, answer.at('error.code')]).toEqual([409, 'invalid_state']);
  }
  expect(await openOne(subject)).toMatch(/^cas_/);
  expect(await openOne(subject)).toBe('none');
});

test('the list has filters; a viewer reads and does not decide; what is not there is 404', async () => {
  const id = await openOne();
  await api.post(`/cases/${id}/assign`, { owner: 'grace' }, { as });
  const of = async (query: string) => (await api.get(`/cases?${query}`)).list('cases').length;
  expect(await of('owner=grace')).toBe(1);
  expect(await of('owner=none&status=OPEN')).toBeGreaterThan(0);
  expect(await of('kind=halted')).toBe(0);
  expect(await of('provider=stripe')).toBe(0);
  expect((await api.get('/cases?kind=nonsense')).status).toBe(422);
  const first = await api.get('/cases?limit=1');
  const second = await api.get(`/cases?limit=1&cursor=${String(first.at('nextCursor'))}`);
  expect(second.at('cases.0.id')).not.toBe(first.at('cases.0.id'));
  const refused = await api.post(`/cases/${id}/note`, { note: 'x' }, { as: 'operator' });
  expect(refused.status).toBe(403);
  const none = `cas_${'0'.repeat(32)}`;
  expect((await api.post(`/cases/${none}/note`, { note: 'x' }, { as })).status).toBe(404);
});

async function inDoubt(sentAgo = '1 hour'): Promise<SentPayment> {
  const [payment] = await sentPayments(api.db, 1, () => ({ kind: 'AMBIGUOUS', code: 'timeout' }));
  if (!payment) throw new Error('no payment was made');
  await api.db.orm.execute(
    `update attempts set last_sent_at = now() - interval '${sentAgo}' where payment_id = '${payment.id}'`,
  );
  return payment;
}
const resolve = (payment: SentPayment, body: Record<string, unknown>) =>
  api.post(`/payments/${payment.id}/resolve`, { reason: 'told by phone', ...body }, { as });

test.each([
  ['paid', 'COMPLETED'],
  ['not_paid', 'FAILED'],
])(
  'a person says that a payment in doubt was %s: it is %s, and its case is closed',
  async (verdict, status) => {
    const payment = await inDoubt();
    await openCases(api.db, [
      {
        kind: 'unknown_outcome',
        severity: 'high',
        subject: payment.reference,
        summary: 'Nobody can tell.',
        paymentId: payment.id,
      },
    ]);
    const answer = await resolve(payment, { verdict });
    expect([answer.status, answer.at('payment.status')]).toEqual([200, status]);
    const open = "select count(*) as n from cases where payment_id = $1 and status = 'OPEN'";
    expect(await count(api.db, open, [payment.id])).toBe(0);
    const audit = await api.get(
      `/audit-logs?paymentId=${payment.id}&actor=key:${api.keys.processor.id}`,
    );
    const actions = audit.list('auditLogs').map((row) => Reflect.get(Object(row), 'action'));
    expect(actions).toEqual(
      expect.arrayContaining([
        'payment.resolved',
        `payment.${status.toLowerCase()}`,
        'case.resolved',
      ]),
    );
    expect(JSON.stringify(audit.body)).toContain('told by phone');
    expect((await resolve(payment, { verdict })).status).toBe(409);
  },
);

test('a payment declared not paid can be retried by a person, under a new key', async () => {
  const payment = await inDoubt();
  await resolve(payment, { verdict: 'not_paid' });
  const retried = await api.post(`/payments/${payment.id}/retry`);
  expect(retried.status).toBe(202);
});

test('no verdict on what is not in doubt, was sent a moment ago, or has another id', async () => {
  const [accepted] = await sentPayments(api.db, 1);
  if (!accepted) throw new Error('no payment was made');
  expect((await resolve(accepted, { verdict: 'paid' })).at('error.code')).toBe('invalid_state');
  const fresh = await inDoubt('1 second');
  const early = await resolve(fresh, { verdict: 'not_paid' });
  expect([early.status, early.at('error.message')]).toEqual([409, expect.stringMatching(/moment/)]);
  expect((await resolve(fresh, { verdict: 'paid' })).status).toBe(200);
  await openCases(api.db, [
    {
      kind: 'wrong_answer',
      severity: 'high',
      subject: accepted.reference,
      summary: 'Another amount.',
      paymentId: accepted.id,
    },
  ]);
  const other = await resolve(accepted, { verdict: 'paid', providerPaymentId: 'theirs' });
  expect(other.status).toBe(409);
  expect(await statesOf(api.db, [accepted])).toEqual(new Map([[accepted.id, 'PROCESSING']]));
  expect((await resolve(accepted, { verdict: 'paid' })).status).toBe(200);
});

test('the books and histories are whole after all these verdicts', async () => {
  const breaches = (await checkInvariants(api.db)).filter((invariant) => invariant.breaches > 0);
  expect(breaches).toEqual([]);
});
