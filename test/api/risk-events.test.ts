import { expect, test } from 'vitest';
import { SYSTEM } from '../../db/queries/actor.ts';
import { raiseRisk } from '../../db/queries/risk-events.ts';
import type { RiskFinding } from '../../domain/risk/finding.ts';
import { unique } from './support/data.ts';
import { count, useTestApi } from './support/test-api.ts';

const api = useTestApi();
const as = 'admin';

const finding = (given: Partial<RiskFinding> = {}): RiskFinding => ({
  rule: 'permission_probing',
  level: 'medium',
  action: 'flagged',
  subject: unique('subject'),
  actor: 'user:usr_somebody',
  explanation: 'Somebody was refused 10 times within 5 minutes.',
  evidence: { denials: 10 },
  ...given,
});

async function raiseOne(given: Partial<RiskFinding> = {}): Promise<string> {
  const [event] = await raiseRisk(api.db, [finding(given)], SYSTEM);
  return event?.id ?? 'none';
}

const resolve = (id: string, headers?: Record<string, string>, resolution = 'accepted') =>
  api.post(
    `/risk-events/${id}/resolve`,
    { resolution, reason: 'looked at it' },
    headers ? { as: null, headers } : { as },
  );

test('an event is found, given to somebody and resolved with a reason; each step is in the audit log', async () => {
  const id = await raiseOne();
  const assigned = await api.post(`/risk-events/${id}/assign`, { owner: 'ada' }, { as });
  expect(assigned.at('riskEvent.owner')).toBe('ada');
  expect((await resolve(id)).status).toBe(200);
  expect((await api.get(`/risk-events/${id}`, { as })).at('riskEvent')).toMatchObject({
    status: 'RESOLVED',
    owner: 'ada',
    resolution: 'accepted',
    resolutionReason: 'looked at it',
    resolvedBy: `key:${api.keys.admin.id}`,
    evidence: { denials: 10 },
  });
  const trail = `select count(*) as n from audit_logs where details->>'riskEventId' = $1
    and action in ('risk.raised', 'risk.assigned', 'risk.resolved')`;
  expect(await count(api.db, trail, [id])).toBe(3);
});

test('what is resolved takes nothing more, and the same again is an event of its own', async () => {
  const subject = unique('subject');
  const id = await raiseOne({ subject });
  expect(await raiseOne({ subject })).toBe(id);
  await resolve(id);
  const again = await resolve(id);
  expect([again.status, again.at('error.code')]).toEqual([409, 'invalid_state']);
  const late = await api.post(`/risk-events/${id}/assign`, { owner: null }, { as });
  expect(late.status).toBe(409);
  expect(await raiseOne({ subject })).not.toBe(id);
});

test('an event grows to the worse level and never shrinks', async () => {
  const subject = unique('subject');
  const id = await raiseOne({ subject });
  const levels: unknown[] = [];
  for (const level of ['high', 'low'] as const) {
    const [event] = await raiseRisk(api.db, [finding({ subject, level })], SYSTEM);
    levels.push(event?.id, event?.raised);
    levels.push((await api.get(`/risk-events/${id}`, { as })).at('riskEvent.level'));
  }
  expect(levels).toEqual([id, true, 'high', id, false, 'high']);
});

test('nobody decides about an event that is about them, about their batch or about what they changed', async () => {
  const [person, other] = [await api.person('admin'), await api.person('admin')];
  const own = [
    await raiseOne({ actor: person.actor }),
    await raiseOne({ actor: undefined, evidence: { changedBy: person.actor } }),
  ];
  for (const id of own) {
    const refused = await resolve(id, person.headers);
    expect([refused.status, refused.at('error.code')]).toEqual([403, 'own_risk_event']);
    expect((await resolve(id, other.headers)).status).toBe(200);
  }
});

test('a key does not decide for the person who owns it', async () => {
  const person = await api.person('super_admin');
  const owner = `update api_keys set owner = $1 where id = $2 returning 1 as n`;
  await count(api.db, owner, [person.actor, api.keys.super_admin.id]);
  const id = await raiseOne({ actor: person.actor });
  const refused = await api.post(
    `/risk-events/${id}/resolve`,
    { resolution: 'accepted', reason: 'mine' },
    { as: 'super_admin' },
  );
  expect(refused.at('error.code')).toBe('own_risk_event');
  await count(api.db, owner, [null, api.keys.super_admin.id]);
});

test('the list filters and pages; others than admins see nothing; nonsense is refused', async () => {
  const actor = unique('user');
  await raiseOne({ actor, rule: 'bulk_reveal', level: 'high' });
  await raiseOne({ actor });
  const of = async (query: string) =>
    (await api.get(`/risk-events?actor=${actor}&${query}`, { as })).list('riskEvents').length;
  expect(await of('status=OPEN')).toBe(2);
  expect(await of('level=high')).toBe(1);
  expect(await of('rule=bulk_reveal')).toBe(1);
  expect(await of('status=RESOLVED')).toBe(0);
  expect(await of('owner=none')).toBe(2);
  const first = await api.get(`/risk-events?actor=${actor}&limit=1`, { as });
  const next = String(first.at('nextCursor'));
  const second = await api.get(`/risk-events?actor=${actor}&limit=1&cursor=${next}`, { as });
  expect(second.at('riskEvents.0.id')).not.toBe(first.at('riskEvents.0.id'));
  expect((await api.get('/risk-events?rule=nonsense', { as })).status).toBe(422);
  expect((await api.get('/risk-events', { as: 'manager' })).status).toBe(403);
  expect((await api.get(`/risk-events/rsk_${'0'.repeat(32)}`, { as })).status).toBe(404);
  const id = await raiseOne();
  const body = { resolution: 'nonsense', reason: 'x' };
  expect((await api.post(`/risk-events/${id}/resolve`, body, { as })).status).toBe(422);
});
