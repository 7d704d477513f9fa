import { randomBytes } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import type { Person } from '../support/people.ts';
import { affiliate, unique } from './support/data.ts';
import { useTestApi, type Answer } from './support/test-api.ts';
import { auditedCalls } from './support/audited-calls.ts';

const api = useTestApi({ checkTarget: () => Promise.resolve(null) });
const REASON = 'because it must be';

let person: Person;
beforeAll(async () => {
  person = await api.person('super_admin');
});
const { ids, call, keep, trailOf } = auditedCalls(api, () => person);

/** What is called, how it is named in the log, and what differs afterwards; null where nothing was there before. */
interface Change {
  action: string;
  run: () => Promise<Answer>;
  before: unknown;
  after: unknown;
}

const terms = (bps: number) => ({
  commission: [{ currency: null, rate: { kind: 'percentage', bps } }],
});
const rule = (bps: number, effectiveFrom: string) =>
  call('POST', '/rules', {
    programmeId: ids['programme'],
    effectiveFrom,
    terms: terms(bps),
  });
const split = (platformFeeBps: number) =>
  call('PUT', '/revenue/projects/one/split-model', {
    recipients: [{ recipientId: 'all', shareBps: 10_000 }],
    platformFeeBps,
  });

const KEYS = '/api/admin/api-keys';
const LIST = '/api/admin/allow-lists/role/viewer';
const POLICY = '/api/admin/security-policy';
const ROLES = '/api/admin/affiliate/payouts/role-management';
const url = `https://shop.example/${randomBytes(4).toString('hex')}`;
const any: unknown = expect.anything();
/** A creation: its fields stand in the row as they are. */
const made = (fields: Record<string, unknown>) => ({ before: null, after: fields });
const changed = (before: unknown, after: unknown) => ({ before, after });

const CHANGES: Record<string, Change> = {
  'a programme is made': {
    action: 'programme.created',
    run: () =>
      keep(
        'programme',
        'programme.id',
        call('POST', '/programmes', { externalId: unique('p'), name: 'One', zone: 'UTC' }),
      ),
    ...made({ programmeId: any, externalId: any, automatic: true }),
  },
  'a programme is changed': {
    action: 'programme.updated',
    run: () => call('PATCH', `/programmes/${ids['programme']}`, { name: 'Two' }),
    ...changed({ name: 'One' }, { name: 'Two' }),
  },
  'the first version of a rule': {
    action: 'rule.version_added',
    run: () => rule(1_000, '2026-01-01T00:00:00Z'),
    ...changed(null, { version: 1, terms: any }),
  },
  'the next version of a rule': {
    action: 'rule.version_added',
    run: () => rule(1_500, '2098-01-01T00:00:00Z'),
    ...changed({ version: 1, terms: any }, { version: 2, terms: any }),
  },
  'a payee is changed': {
    action: 'affiliate.changed',
    run: async () => {
      const payee = await api.post('/affiliates', affiliate());
      ids['payee'] = String(payee.at('items.0.id'));
      return call('PATCH', `/affiliates/${ids['payee']}`, { groupName: 'gold' });
    },
    ...changed({ groupName: null }, { groupName: 'gold' }),
  },
  'a hold is placed': {
    action: 'hold.placed',
    run: () =>
      keep(
        'hold',
        'hold.id',
        call('POST', '/holds', {
          subject: 'payee',
          id: ids['payee'],
          reason: REASON,
          owner: 'ann',
        }),
      ),
    ...made({ holdId: any, reason: REASON, owner: 'ann' }),
  },
  'a hold is released': {
    action: 'hold.released',
    run: () => call('POST', `/holds/${ids['hold']}/release`, { reason: 'over' }),
    ...changed({ held: true, heldFor: REASON }, { held: false }),
  },
  'holidays are stored': {
    action: 'holidays.stored',
    run: () =>
      call('PUT', '/holiday-calendars/AUD', { days: [{ day: '2027-01-01', name: 'New Year' }] }),
    ...changed({}, { '2027-01-01': 'New Year' }),
  },
  'holidays are replaced': {
    action: 'holidays.stored',
    run: () =>
      call('PUT', '/holiday-calendars/AUD', { days: [{ day: '2027-01-02', name: 'Second' }] }),
    ...changed(
      { '2027-01-01': 'New Year', '2027-01-02': null },
      { '2027-01-01': null, '2027-01-02': 'Second' },
    ),
  },
  'a schedule is made': {
    action: 'schedule.created',
    run: () =>
      keep(
        'schedule',
        'schedule.id',
        call('POST', '/schedules', {
          programmeId: ids['programme'],
          frequency: 'day',
          currency: 'USD',
        }),
      ),
    ...made({ scheduleId: any, frequency: 'day' }),
  },
  'a schedule is changed': {
    action: 'schedule.updated',
    run: () => call('PATCH', `/schedules/${ids['schedule']}`, { timeOfDay: '10:00' }),
    ...changed({ timeOfDay: '09:00' }, { timeOfDay: '10:00' }),
  },
  'a schedule is paused': {
    action: 'schedule.paused',
    run: () => call('POST', `/schedules/${ids['schedule']}/pause`, { reason: REASON }),
    ...changed({ paused: false, pausedReason: null }, { paused: true, pausedReason: REASON }),
  },
  'a schedule is resumed': {
    action: 'schedule.resumed',
    run: () => call('POST', `/schedules/${ids['schedule']}/resume`, { reason: 'go on' }),
    ...changed({ paused: true, pausedReason: REASON }, { paused: false, pausedReason: null }),
  },
  'a schedule is deleted': {
    action: 'schedule.deleted',
    run: () => call('DELETE', `/schedules/${ids['schedule']}`),
    ...changed({ timeOfDay: '10:00' }, null),
  },
  'an endpoint is registered': {
    action: 'endpoint.created',
    run: () => keep('endpoint', 'endpoint.id', call('POST', '/webhook-endpoints', { url })),
    ...made({ endpointId: any, host: 'shop.example' }),
  },
  'an endpoint has a new secret': {
    action: 'endpoint.secret_rotated',
    run: () =>
      keep(
        'endpoint',
        'endpoint.id',
        call('POST', `/webhook-endpoints/${ids['endpoint']}/rotate-secret`),
      ),
    ...changed({ oldSecretUntil: null }, { oldSecretUntil: any }),
  },
  'an endpoint is changed': {
    action: 'endpoint.updated',
    run: () => call('PATCH', `/webhook-endpoints/${ids['endpoint']}`, { description: 'shop' }),
    ...changed({ description: null }, { description: 'shop' }),
  },
  'an endpoint is deleted': {
    action: 'endpoint.deleted',
    run: () => call('DELETE', `/webhook-endpoints/${ids['endpoint']}`),
    ...changed({ host: 'shop.example', description: 'shop' }, null),
  },
  'an approval rule is made': {
    action: 'approval_rule.created',
    run: () =>
      keep(
        'approvalRule',
        'approvalRule.id',
        call('POST', '/approval-rules', {
          name: 'two',
          steps: [{ role: 'admin', count: 1 }],
        }),
      ),
    ...changed(undefined, { name: 'two' }),
  },
  'an approval rule is changed': {
    action: 'approval_rule.changed',
    run: () => call('PATCH', `/approval-rules/${ids['approvalRule']}`, { name: 'three' }),
    ...changed({ name: 'two' }, { name: 'three' }),
  },
  'an approval rule is deleted': {
    action: 'approval_rule.deleted',
    run: () => call('DELETE', `/approval-rules/${ids['approvalRule']}`),
    ...changed({ name: 'three' }, undefined),
  },
  'an alert rule is made': {
    action: 'alert_rule.created',
    run: () =>
      keep(
        'alertRule',
        'alertRule.id',
        call('POST', '/alert-rules', {
          name: 'queue',
          measure: 'queue_age_minutes',
          threshold: 30,
          severity: 'warning',
        }),
      ),
    ...changed(undefined, { name: 'queue', threshold: 30, channels: ['log'] }),
  },
  'an alert rule is changed': {
    action: 'alert_rule.changed',
    run: () => call('PATCH', `/alert-rules/${ids['alertRule']}`, { threshold: 45 }),
    ...changed({ threshold: 30 }, { threshold: 45 }),
  },
  'an alert rule is deleted': {
    action: 'alert_rule.deleted',
    run: () => call('DELETE', `/alert-rules/${ids['alertRule']}`),
    ...changed({ name: 'queue', threshold: 45 }, undefined),
  },
  'the policy is changed': {
    action: 'policy.changed',
    run: async () => {
      const version = (await api.call('GET', POLICY)).at('policy.version');
      return call('PUT', POLICY, { version, undoWindowSeconds: 30 });
    },
    ...changed({ undoWindowSeconds: 0 }, { undoWindowSeconds: 30 }),
  },
  'an allow-list is set': {
    action: 'allow_list.changed',
    run: () => call('PUT', LIST, { cidrs: ['192.0.2.0/24'] }),
    ...changed(null, { cidrs: ['192.0.2.0/24'] }),
  },
  'an allow-list is deleted': {
    action: 'allow_list.changed',
    run: () => call('DELETE', LIST),
    ...changed({ cidrs: ['192.0.2.0/24'] }, null),
  },
  'a key is made': {
    action: 'api_key.created',
    run: () => keep('key', 'apiKey.id', call('POST', KEYS, { name: 'till', role: 'operator' })),
    ...made({ keyId: any, name: 'till', role: 'operator' }),
  },
  'a key is changed': {
    action: 'api_key.changed',
    run: () => call('PATCH', `${KEYS}/${ids['key']}`, { name: 'tills' }),
    ...changed({ name: 'till' }, { name: 'tills' }),
  },
  'a key is rotated': {
    action: 'api_key.rotated',
    run: () => keep('newKey', 'apiKey.id', call('POST', `${KEYS}/${ids['key']}/rotate`)),
    ...changed({ expiresAt: null }, { expiresAt: any }),
  },
  'a key is revoked': {
    action: 'api_key.revoked',
    run: () => call('DELETE', `${KEYS}/${ids['newKey']}`),
    ...changed({ revoked: false }, { revoked: true }),
  },
  'a role is granted': {
    action: 'role.granted',
    run: async () => {
      ids['user'] = (await api.person('viewer')).id;
      return call('POST', `${ROLES}/assign`, {
        userId: ids['user'],
        role: 'operator',
        reason: REASON,
      });
    },
    ...changed({ role: 'viewer' }, { role: 'operator' }),
  },
  'a person is frozen': {
    action: 'user.frozen',
    run: () => call('PATCH', `/api/admin/users/${ids['user']}`, { frozen: true, reason: REASON }),
    ...changed({ frozen: false }, { frozen: true }),
  },
  'a split model is stored': {
    action: 'split_model.stored',
    run: () => split(0),
    ...changed(null, { version: 1, model: any }),
  },
  'another split model is stored': {
    action: 'split_model.stored',
    run: () => split(100),
    ...changed({ version: 1, model: any }, { version: 2, model: any }),
  },
};

test.each(Object.entries(CHANGES))(
  '%s: one row says by whom, from where, and what was before and after',
  async (_name, { action, run, before, after }) => {
    const details = await trailOf(action, run);
    const sided = 'before' in details || 'after' in details;
    const told = {
      before: details['before'] ?? null,
      after: sided ? (details['after'] ?? null) : details,
    };
    expect(told).toMatchObject({ before: before ?? null, after: after ?? null });
    expect(told.before).not.toEqual(told.after);
  },
);
