import { expect, test } from 'vitest';
import { z } from 'zod';
import { errorCode } from '../../db/errors.ts';
import { newId } from '../../db/new-id.ts';
import { SYSTEM } from '../../db/queries/actor.ts';
import { takeDueRules } from '../../db/queries/alert-looks.ts';
import { changeAlertRule, deleteAlertRule } from '../../db/queries/alert-rules.ts';
import { recordStep } from '../../db/queries/alert-steps.ts';
import { acknowledgeAlert } from '../../db/queries/alerts.ts';
import { openCases } from '../../db/queries/cases.ts';
import { MEASURES, QUICK_MEASURES } from '../../domain/alerts/measures.ts';
import { useAlertStage } from '../support/alert-stage.ts';

const stage = useAlertStage();
const ANN = { id: 'user:ann', ipAddress: null, userAgent: null };
const words = async (ruleId: string) =>
  (await stage.noticesOf(ruleId)).map(({ channel, word }) => `${channel} ${word}`);
const actions = async (ruleId: string) =>
  (await stage.auditOf(ruleId)).map(({ action, actor }) => `${action} ${actor}`);

test('every measure has a rule from the start, and every rule tells the log', async () => {
  const rows = await stage.db.run(
    z.object({ measure: z.string(), channels: z.array(z.string()), updated_by: z.string() }),
    "select measure, channels, updated_by from alert_rules where id like 'alr_0000000000000000%'",
  );
  expect(rows.map(({ measure }) => measure).toSorted()).toEqual(MEASURES.toSorted());
  for (const row of rows) expect(row).toMatchObject({ channels: ['log'], updated_by: 'system' });
});

test('what holds fires once, with its audit row and a notice for each channel; what is fine again resolves by itself', async () => {
  const ruleId = await stage.rule({ channels: ['log', 'mail:ops@example.com'] });
  expect(await stage.look()).toBe(false);
  expect(await stage.alertsOf(ruleId)).toEqual([]);
  stage.temporal.worker = false;
  expect(await stage.look()).toBe(true);
  expect(await stage.look()).toBe(false);
  expect(await stage.alertsOf(ruleId)).toMatchObject([
    { subject: '', severity: 'critical', status: 'FIRING', value: 1 },
  ]);
  expect(await words(ruleId)).toEqual(['log firing', 'mail:ops@example.com firing']);
  stage.temporal.worker = true;
  expect(await stage.look()).toBe(true);
  expect(await stage.alertsOf(ruleId)).toMatchObject([{ status: 'RESOLVED', value: 0 }]);
  expect((await words(ruleId)).slice(2)).toEqual(['log resolved', 'mail:ops@example.com resolved']);
  expect(await stage.auditOf(ruleId)).toMatchObject([
    {
      action: 'alert.fired',
      status: 'WARNING',
      actor: 'system',
      details: { measure: 'worker_missing', subject: '', value: 1, threshold: 1 },
    },
    { action: 'alert.resolved', status: 'INFO', actor: 'system' },
  ]);
  stage.temporal.server = false;
  await stage.look();
  expect((await stage.alertsOf(ruleId)).map(({ status }) => status)).toEqual([
    'RESOLVED',
    'FIRING',
  ]);
});

test('what must last is pending first: it fires after its time, and nobody hears of what passed before', async () => {
  const ruleId = await stage.rule({ forMinutes: 5 });
  stage.temporal.worker = false;
  await stage.look();
  expect(await stage.alertsOf(ruleId)).toMatchObject([{ status: 'PENDING' }]);
  stage.temporal.worker = true;
  await stage.look();
  expect(await stage.alertsOf(ruleId)).toMatchObject([{ status: 'RESOLVED' }]);
  expect([await words(ruleId), await actions(ruleId)]).toEqual([[], []]);
  stage.temporal.worker = false;
  await stage.look();
  await stage.passed(ruleId, 4);
  expect(await stage.look()).toBe(false);
  await stage.passed(ruleId, 1);
  expect(await stage.look()).toBe(true);
  expect(await stage.alertsOf(ruleId)).toMatchObject([
    { status: 'RESOLVED' },
    { status: 'FIRING' },
  ]);
  expect([await words(ruleId), await actions(ruleId)]).toEqual([
    ['log firing'],
    ['alert.fired system'],
  ]);
});

test('it is told again while it lasts, until somebody acknowledges it; the first to do so counts', async () => {
  const ruleId = await stage.rule({ repeatMinutes: 10 });
  stage.temporal.worker = false;
  await stage.look();
  expect(await stage.look()).toBe(false);
  await stage.passed(ruleId, 10);
  expect(await stage.look()).toBe(true);
  expect(await words(ruleId)).toEqual(['log firing', 'log again']);
  const [alert] = await stage.alertsOf(ruleId);
  const known = { id: alert?.id ?? '', note: 'on it', actor: ANN };
  expect(await acknowledgeAlert(stage.api, known)).toMatchObject({
    acknowledgedBy: 'user:ann',
    note: 'on it',
    status: 'FIRING',
  });
  const second = acknowledgeAlert(stage.api, { ...known, actor: SYSTEM });
  await expect(second).rejects.toMatchObject({
    code: 'invalid_state',
    message: expect.stringContaining('user:ann'),
  });
  await stage.passed(ruleId, 100);
  expect(await stage.look()).toBe(false);
  expect(await words(ruleId)).toHaveLength(2);
  expect(await actions(ruleId)).toEqual(['alert.fired system', 'alert.acknowledged user:ann']);
  stage.temporal.worker = true;
  await stage.look();
  await expect(acknowledgeAlert(stage.api, known)).rejects.toMatchObject({ code: 'invalid_state' });
});

test('many processes that see the same tell it once', async () => {
  const ruleId = await stage.rule({ channels: ['log', 'mail:ops@example.com'] });
  const all = <T>(run: () => Promise<T>) => Promise.all(Array.from({ length: 12 }, run));
  const fire = { do: 'fire', alertId: null, subject: '', value: 1 } as const;
  const fired = await all(() => recordStep(stage.worker, { ruleId, step: fire, summary: 'gone' }));
  expect(fired.filter(Boolean)).toHaveLength(1);
  const [alert] = await stage.alertsOf(ruleId);
  const alertId = alert?.id ?? '';
  await stage.run('update alert_rules set repeat_minutes = 1 where id = $1', [ruleId]);
  await stage.passed(ruleId, 1);
  const again = { do: 'again', alertId, subject: '', value: 1 } as const;
  const told = await all(() => recordStep(stage.api, { ruleId, step: again, summary: 'gone' }));
  expect(told.filter(Boolean)).toHaveLength(1);
  const over = { do: 'resolve', alertId, subject: '', value: 0 } as const;
  const ended = await all(() => recordStep(stage.worker, { ruleId, step: over, summary: '' }));
  expect(ended.filter(Boolean)).toHaveLength(1);
  expect(await words(ruleId)).toHaveLength(6);
  expect(await actions(ruleId)).toEqual(['alert.fired system', 'alert.resolved system']);
});

test('of many processes one takes a rule, once in its interval', async () => {
  const quick = await stage.rule();
  const slow = await stage.rule({ measure: 'invariant_broken', windowMinutes: 120 });
  const takes = async (everySeconds: number | null) => {
    const looks = [stage.worker, stage.api, stage.worker, stage.api].map((db) =>
      takeDueRules(db, { measures: MEASURES, everySeconds }),
    );
    return (await Promise.all(looks)).flat().map(({ id }) => id);
  };
  expect((await takes(30)).toSorted()).toEqual([quick, slow].toSorted());
  expect(await takes(30)).toEqual([]);
  await stage.run("update alert_rules set looked_at = now() - interval '31 s'");
  expect((await takes(30)).toSorted()).toEqual([quick, slow].toSorted());
  await stage.run("update alert_rules set looked_at = now() - interval '119 min'");
  expect(await takes(null)).toEqual([quick]);
  await stage.run("update alert_rules set looked_at = now() - interval '120 min' where id = $1", [
    slow,
  ]);
  expect(await takes(null)).toEqual([slow]);
  await stage.run('update alert_rules set looked_at = null');
  const few = await takeDueRules(stage.worker, { measures: QUICK_MEASURES, everySeconds: 30 });
  expect(few.map(({ id }) => id)).toEqual([quick]);
});

test('a rule that cannot be read keeps no other from its turn, and ends no alert', async () => {
  const broken = await stage.rule();
  const other = await stage.rule({ measure: 'reconciliation_differences' });
  stage.temporal.worker = false;
  await openCases(stage.db, [
    {
      kind: 'missing_there',
      severity: 'high',
      subject: 'one',
      summary: 'Missing.',
      provider: 'xendit',
      reconciliationId: 'rec_1',
    },
  ]);
  await stage.look();
  await stage.run('alter table cases rename to hidden_cases');
  try {
    expect(await stage.look()).toBe(false);
  } finally {
    await stage.run('alter table hidden_cases rename to cases');
  }
  expect(stage.lines).toMatchObject([{ ruleId: other, msg: 'an alert rule was not read' }]);
  expect(await stage.alertsOf(other)).toMatchObject([{ status: 'FIRING', subject: 'xendit' }]);
  expect(await stage.alertsOf(broken)).toMatchObject([{ status: 'FIRING' }]);
  await stage.run("update cases set status = 'RESOLVED', resolution = 'ok', resolved_at = now()");
});

test('each subject has an alert of its own', async () => {
  const ruleId = await stage.rule({ measure: 'reconciliation_differences', threshold: 2 });
  const differ = (provider: string, subject: string) => ({
    kind: 'missing_there' as const,
    severity: 'high' as const,
    subject,
    summary: 'Missing.',
    provider,
    reconciliationId: 'rec_1',
  });
  await openCases(stage.db, [
    differ('mock', 'a'),
    differ('mock', 'b'),
    differ('stripe', 'c'),
    differ('stripe', 'd'),
    differ('xendit', 'e'),
  ]);
  await stage.look();
  const open = async () =>
    (await stage.alertsOf(ruleId)).map(({ subject, status }) => `${subject} ${status}`).toSorted();
  expect(await open()).toEqual(['mock FIRING', 'stripe FIRING']);
  await stage.run(
    "update cases set status = 'RESOLVED', resolution = 'ok', resolved_at = now() where subject = 'a'",
  );
  await stage.look();
  expect(await open()).toEqual(['mock RESOLVED', 'stripe FIRING']);
  await stage.run(
    "update cases set status = 'RESOLVED', resolution = 'ok', resolved_at = now()  where status = 'OPEN'",
  );
});

test.each(['switched off', 'deleted'])(
  'the alerts of a rule that is %s end, and whoever heard of them hears that',
  async (how) => {
    const ruleId = await stage.rule();
    stage.temporal.worker = false;
    await stage.look();
    if (how === 'deleted') await deleteAlertRule(stage.api, ruleId, ANN);
    else await changeAlertRule(stage.api, { id: ruleId, change: { enabled: false }, actor: ANN });
    expect(await stage.alertsOf(ruleId)).toMatchObject([
      { status: 'RESOLVED', note: 'the rule was ended by user:ann' },
    ]);
    expect(await words(ruleId)).toEqual(['log firing', 'log resolved']);
    expect(await actions(ruleId)).toEqual(['alert.fired system', 'alert.resolved user:ann']);
    expect(await stage.look()).toBe(false);
    const step = { do: 'fire', alertId: null, subject: '', value: 1 } as const;
    expect(await recordStep(stage.worker, { ruleId, step, summary: 'late' })).toBe(false);
    expect(await stage.alertsOf(ruleId)).toHaveLength(1);
  },
);

test('a pending one of a rule that ends was never told, and its end is not either', async () => {
  const ruleId = await stage.rule({ forMinutes: 5 });
  stage.temporal.worker = false;
  await stage.look();
  await deleteAlertRule(stage.api, ruleId, ANN);
  expect(await stage.alertsOf(ruleId)).toMatchObject([{ status: 'RESOLVED' }]);
  expect([await words(ruleId), await actions(ruleId)]).toEqual([[], []]);
});

test('the database refuses a second open alert of a rule and subject, and a second rule of a name', async () => {
  const ruleId = await stage.rule({ name: 'the one' });
  const insert = (status: string) =>
    stage
      .run(
        `insert into alerts (id, rule_id, subject, severity, status, value, summary, resolved_at)
         values ($1, $2, 'mock', 'info', $3, 1, 'x', case $3 when 'RESOLVED' then now() end)`,
        [newId('alert'), ruleId, status],
      )
      .then(
        () => 'accepted',
        (error: unknown) => errorCode(error),
      );
  expect(await insert('FIRING')).toBe('accepted');
  expect(await insert('FIRING')).toBe('23505');
  expect(await insert('PENDING')).toBe('23505');
  expect(await insert('RESOLVED')).toBe('accepted');
  await expect(stage.rule({ name: 'the one' })).rejects.toMatchObject({ code: 'invalid_state' });
  await deleteAlertRule(stage.api, ruleId, ANN);
  expect(await stage.rule({ name: 'the one' })).toMatch(/^alr_/);
});
