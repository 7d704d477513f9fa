import { expect, test } from 'vitest';
import { z } from 'zod';
import { newId } from '../../db/new-id.ts';
import { insertPayable } from '../support/rows.ts';
import { count, useTestApi } from './support/test-api.ts';

const api = useTestApi();
const as = 'processor';

/** A mail in that state, to a payee of its own. */
async function mail(status: string, event = 'paid', email = 'jane.doe@example.test') {
  const { payeeId } = await insertPayable(api.db);
  const id = newId('mail');
  await api.db.run(z.unknown(), 'update payees set email = $2 where id = $1', [payeeId, email]);
  await api.db.run(
    z.unknown(),
    `insert into payee_mails (id, payee_id, event, subject, data, status, tries, error)
     values ($1, $2, $3, $1, '{"amount": "1", "currency": "USD"}', $4, 3, 'for the test')`,
    [id, payeeId, event, status],
  );
  return { id, payeeId };
}
const idsOf = (answer: { at(path: string): unknown }) =>
  z
    .array(z.looseObject({ id: z.string() }))
    .parse(answer.at('mails'))
    .map(({ id }) => id);

test('mails are listed newest first, in pages, by payee, state and event, with a masked address', async () => {
  const sent = await mail('SENT');
  const failed = await mail('FAILED', 'failed');
  const all = await api.get('/mails', { as: 'viewer' });
  expect(idsOf(all)).toEqual([failed.id, sent.id]);
  expect(JSON.stringify(all.at('mails'))).not.toContain('jane');
  expect(all.at('mails.0')).toMatchObject({
    id: failed.id,
    affiliateId: failed.payeeId,
    address: 'j***@example.test',
    event: 'failed',
    status: 'FAILED',
    tries: 3,
    error: 'for the test',
    sentAt: null,
  });
  expect(idsOf(await api.get(`/mails?affiliateId=${sent.payeeId}`))).toEqual([sent.id]);
  expect(idsOf(await api.get('/mails?status=FAILED'))).toEqual([failed.id]);
  expect(idsOf(await api.get('/mails?event=paid'))).toEqual([sent.id]);
  const first = await api.get('/mails?limit=1');
  expect(idsOf(first)).toEqual([failed.id]);
  const next = await api.get(`/mails?limit=1&cursor=${String(first.at('nextCursor'))}`);
  expect([idsOf(next), next.at('nextCursor')]).toEqual([[sent.id], null]);
  for (const query of ['status=sent', 'event=x', 'affiliateId=1', 'cursor=x', 'more=1'])
    expect((await api.get(`/mails?${query}`)).status).toBe(422);
});

test('a mail that failed or is in doubt is sent again, by whoever may process payments', async () => {
  for (const status of ['FAILED', 'UNKNOWN']) {
    const { id } = await mail(status);
    expect((await api.post(`/mails/${id}/retry`, {}, { as: 'viewer' })).status).toBe(403);
    const answer = await api.post(`/mails/${id}/retry`, {}, { as });
    expect(answer.status).toBe(202);
    expect(answer.at('mail')).toMatchObject({ id, status: 'PENDING', tries: 0, error: null });
    const again = await api.post(`/mails/${id}/retry`, {}, { as });
    expect([again.status, again.at('error.code')]).toEqual([409, 'invalid_state']);
    const trail = `select count(*) as n from audit_logs where action = 'mail.retried'
      and details ->> 'mailId' = $1 and actor = $2 and from_state = $3`;
    expect(await count(api.db, trail, [id, `key:${api.keys.processor.id}`, status])).toBe(1);
  }
  for (const status of ['PENDING', 'SENDING', 'SENT']) {
    const { id } = await mail(status);
    const answer = await api.post(`/mails/${id}/retry`, {}, { as });
    expect([answer.status, answer.at('error.code')]).toEqual([409, 'invalid_state']);
  }
  const nobody = await api.post(`/mails/${newId('mail')}/retry`, {}, { as });
  expect([nobody.status, nobody.at('error.code')]).toEqual([404, 'not_found']);
});

test('an address that is none shows nothing, and the metrics count what is not sent', async () => {
  const { id } = await mail('FAILED', 'paid', 'Jane 4111111111111111');
  const listed = await api.get('/mails?limit=1');
  expect(listed.at('mails.0')).toMatchObject({ id, address: '***' });
  const metrics = await api.app.request('/metrics', {}, {});
  expect(await metrics.text()).toMatch(/bursar_payee_mails\{state="FAILED"\} \d/);
});
