import { expect, test } from 'vitest';
import { z } from 'zod';
import { noRow } from '../../db/rows.ts';
import { newId } from '../../db/new-id.ts';
import { SYSTEM } from '../../db/queries/actor.ts';
import { guardEarnings } from '../../db/queries/guard-earnings.ts';
import { raiseRisk } from '../../db/queries/risk-events.ts';
import { resolveRiskEvent } from '../../db/queries/work-risk-events.ts';
import { releaseRisk } from '../../db/queries/risk-release.ts';
import type { RiskLevel } from '../../domain/risk/rule.ts';
import { addPayable, affiliate, commission } from './support/data.ts';
import { count, makeKey, useTestApi, type CallOptions } from './support/test-api.ts';

const api = useTestApi();

const eventRow = z.object({ id: z.string(), level: z.string() });
const openEvents = (rule: string, subject: string) =>
  api.db.run(
    eventRow,
    "select id, level from risk_events where rule = $1 and subject = $2 and status = 'OPEN'",
    [rule, subject],
  );

test('five rejected keys of one address in a minute are found, and four are not', async () => {
  const guess = (from: string) =>
    api.get('/batches', {
      as: null,
      from,
      headers: { authorization: `Bearer bur_abcdefgh_${'A'.repeat(43)}` },
    });
  for (let tries = 0; tries < 4; tries += 1) await guess('198.51.100.20');
  expect(await openEvents('failed_sign_ins', '198.51.100.20')).toEqual([]);
  await guess('198.51.100.20');
  expect(await openEvents('failed_sign_ins', '198.51.100.20')).toMatchObject([{ level: 'medium' }]);
  for (let tries = 0; tries < 4; tries += 1) await guess('198.51.100.20');
  const rows = await api.db.run(
    z.object({ n: z.coerce.number() }),
    `select details ->> 'count' as n from audit_logs
     where action = 'api_key.rejected' and ip_address = '198.51.100.20' order by id`,
  );
  expect(rows.map(({ n }) => n)).toEqual([1, 4]);
});

const raiseAbout = async (
  level: RiskLevel,
  about: { actor?: string; batchId?: string },
): Promise<string> => {
  const [event] = await raiseRisk(
    api.db,
    [
      {
        rule: about.actor === undefined ? 'raised_limits' : 'two_networks',
        level,
        action: 'held',
        subject: `${level} ${about.actor ?? about.batchId ?? ''}`,
        ...about,
        explanation: 'A test.',
        evidence: {},
      },
    ],
    SYSTEM,
  );
  return event?.id ?? '';
};

async function newBatch(): Promise<string> {
  const affiliateIds = [await addPayable(api)];
  return String((await api.post('/batches', { affiliateIds })).at('batch.id'));
}

test('the last super_admin is held and signed out by a critical event, and not frozen', async () => {
  const person = await api.person('super_admin');
  const options: CallOptions = { as: null, headers: person.headers };
  const batchId = await newBatch();
  await raiseAbout('critical', { actor: person.actor });
  const refused = await api.post(`/batches/${batchId}/execute`, {}, options);
  expect([refused.status, refused.at('error.code')]).toEqual([409, 'risk_hold']);
  const of = (text: string) => count(api.db, `select count(*) as n from ${text}`, [person.id]);
  expect(await of('users where id = $1 and frozen_at is null')).toBe(1);
  expect(await of('user_sessions where user_id = $1')).toBe(0);
  const trail = "audit_logs where action = 'session.revoked' and details ->> 'userId' = $1";
  expect(await of(trail)).toBe(1);
});

test('a batch says the worst level of its open events, in its detail and in the list', async () => {
  const [batchId, plain] = [await newBatch(), await newBatch()];
  const ids = [await raiseAbout('low', { batchId }), await raiseAbout('high', { batchId })];
  const risks = async () => {
    const listed = (await api.get('/batches?limit=100')).list('batches');
    const row = z.object({ id: z.string(), risk: z.string().nullable() });
    const each = z.array(row).parse(listed);
    return [
      (await api.get(`/batches/${batchId}`)).at('batch.risk'),
      each.find(({ id }) => id === batchId)?.risk,
      each.find(({ id }) => id === plain)?.risk,
    ];
  };
  expect(await risks()).toEqual(['high', 'high', null]);
  for (const id of ids.toReversed()) {
    await resolveRiskEvent(api.db, id, { resolution: 'accepted', reason: 'x' }, SYSTEM);
  }
  expect(await risks()).toEqual([null, null, null]);
});

test('a spike of earnings holds the affiliate, until somebody lets it pass', async () => {
  const payeeId = await addPayable(api);
  for (let day = 1; day <= 10; day += 1) {
    await api.db.run(
      noRow,
      `insert into commissions (id, external_id, payee_id, amount_minor, currency, kind, status, earned_at)
       values ($1, $1, $2, 1000, 'USD', 'commission', 'PENDING', now() - interval '1 day' * ($3::int + 1))`,
      [newId('commission'), payeeId, day],
    );
  }
  expect(await guardEarnings(api.db, [payeeId])).toBe(0);
  await api.post('/commissions', commission(payeeId, { amount: 9_000 }));
  expect(await guardEarnings(api.db, [payeeId])).toBe(1);
  const held = "select count(*) as n from payees where id = $1 and hold_kind = 'risk'";
  expect(await count(api.db, held, [payeeId])).toBe(1);
  const [event] = await openEvents('conversion_spike', `${payeeId} earnings`);
  const id = event?.id ?? '';
  await resolveRiskEvent(api.db, id, { resolution: 'accepted', reason: 'a campaign' }, SYSTEM);
  await releaseRisk(api.db, id);
  expect(await count(api.db, held, [payeeId])).toBe(0);
  expect(await guardEarnings(api.db, [payeeId])).toBe(0);
});

test('a schedule that executes is not made without "process", and a group is not changed without "rules"', async () => {
  const { id, secret } = await makeKey(api.db, 'manager');
  await api.db.run(noRow, `update api_keys set scopes = '{view,rules}' where id = $1`, [id]);
  const options: CallOptions = { as: null, headers: { authorization: `Bearer ${secret}` } };
  const schedule = { frequency: 'day', currency: 'USD', mode: 'run' };
  const run = await api.post('/schedules', schedule, options);
  expect([run.status, run.at('error.code')]).toEqual([403, 'forbidden']);
  const made = await api.post('/affiliates', affiliate());
  const path = `/api/disbursement/affiliates/${String(made.at('items.0.id'))}`;
  const change = (as: 'operator' | 'manager') =>
    api.call('PATCH', path, { as, json: { groupName: 'gold' } });
  expect((await change('operator')).status).toBe(403);
  expect((await change('manager')).status).toBe(200);
});
