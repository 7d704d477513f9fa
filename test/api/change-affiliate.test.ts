import { expect, test } from 'vitest';
import { newId } from '../../db/new-id.ts';
import type { Role } from '../../domain/permissions.ts';
import { addAffiliate, addConversion, auditOf, pathsOf } from './support/conversions.ts';
import { affiliate } from './support/data.ts';
import { BASE, count, useTestApi } from './support/test-api.ts';

const api = useTestApi();

const queued = (payeeId: string) =>
  count(
    api.db,
    `select coalesce(sum(revision), 0) as n from calculation_queue where payee_id = $1 and due_at = '-infinity'`,
    [payeeId],
  );

test('an affiliate is changed in part, with what was before and after', async () => {
  const id = await addAffiliate(api, { groupName: 'gold', language: 'de' });
  const read = await api.get(`/affiliates/${id}`);
  expect(read.at('affiliate')).toMatchObject({
    groupName: 'gold',
    language: 'de',
    suspendedAt: null,
  });
  const patch = (json: unknown, as?: Role) =>
    api.call('PATCH', `${BASE}/affiliates/${id}`, { json, ...(as && { as }) });
  const changed = await patch({ groupName: null, email: 'new@mail.example' });
  expect([changed.status, changed.at('affiliate')]).toEqual([
    200,
    expect.objectContaining({ groupName: null, language: 'de', email: 'new@mail.example' }),
  ]);
  const [row] = await auditOf(api, 'affiliate.changed', 'affiliateId', id);
  expect(row).toMatchObject({
    actor: `key:${api.keys.super_admin.id}`,
    details: { before: { groupName: 'gold' }, after: { groupName: null, language: 'de' } },
  });
  for (const wrong of [
    {},
    { groupName: '' },
    { language: 'fr' },
    { country: 'DE' },
    { email: 'x' },
  ])
    expect((await patch(wrong)).status).toBe(422);
  const nobody = await api.call('PATCH', `${BASE}/affiliates/${newId('payee')}`, {
    json: { language: 'en' },
  });
  expect(nobody.status).toBe(404);
});

test('whoever may not cancel may not suspend, nor end a suspension', async () => {
  const id = await addAffiliate(api);
  await addConversion(api, id);
  const suspend = (suspended: unknown, as: Role) =>
    api.call('PATCH', `${BASE}/affiliates/${id}`, { json: { suspended }, as });
  for (const as of ['viewer', 'operator'] as const) {
    expect((await suspend({ reason: 'fraud' }, as)).status).toBe(403);
    expect((await suspend(null, as)).status).toBe(403);
  }
  const before = await queued(id);
  const answer = await suspend({ reason: 'fraud' }, 'processor');
  expect([answer.status, answer.at('affiliate.suspendedReason')]).toEqual([200, 'fraud']);
  expect(await queued(id)).toBe(before + 1);
  const ended = await suspend(null, 'processor');
  expect(ended.at('affiliate')).toMatchObject({ suspendedAt: null, suspendedReason: null });
});

test('a group or language that differs is a conflict only where it is given', async () => {
  const body = affiliate();
  await api.post('/affiliates', { ...body, groupName: 'gold' });
  expect((await api.post('/affiliates', body)).status).toBe(200);
  const other = await api.post('/affiliates', { ...body, groupName: 'silver' });
  expect([other.status, pathsOf(other)]).toEqual([409, ['groupName']]);
});
