import { expect, test } from 'vitest';
import { z } from 'zod';
import {
  claimNotices,
  noticeMailId,
  recordNotice,
  textOf,
} from '../../db/queries/alert-notices.ts';
import { updateEndpoint } from '../../db/queries/webhook-endpoints.ts';
import { SYSTEM } from '../../db/queries/actor.ts';
import { noticeMail } from '../../domain/alerts/words.ts';
import { useAlertStage } from '../support/alert-stage.ts';

const stage = useAlertStage();
const OPS = 'mail:ops@example.com';

/** A rule whose alert fires now; its notices are stored and nobody has sent them. */
async function fired(channels: string[]): Promise<string> {
  const ruleId = await stage.rule({ channels, name: `Worker ${channels.join(' ')}`.slice(0, 190) });
  stage.temporal.worker = false;
  expect(await stage.look()).toBe(true);
  return ruleId;
}
const states = async (ruleId: string) =>
  (await stage.noticesOf(ruleId)).map(
    ({ channel, word, status }) => `${channel} ${word} ${status}`,
  );
const ends = (ruleId: string) =>
  stage.run('update alert_rules set enabled = false, deleted_at = now() where id = $1', [ruleId]);

test('an alert is a line of the log and a mail, each once, and so is its end', async () => {
  const ruleId = await fired(['log', OPS]);
  await Promise.all([stage.send(), stage.send(stage.api), stage.send()]);
  const [alert] = await stage.alertsOf(ruleId);
  expect(stage.lines).toMatchObject([
    {
      level: 50,
      alert: 'firing',
      alertId: alert?.id,
      ruleId,
      measure: 'worker_missing',
      severity: 'critical',
    },
  ]);
  expect(stage.server.taken).toMatchObject([{ to: ['ops@example.com'] }]);
  // Long lines are folded on their way.
  const raw = (stage.server.taken[0]?.raw ?? '').replaceAll('=\r\n', '');
  expect(raw).toMatch(/^Subject: \[Bursar\] Alert \(critical\): Worker/m);
  expect(raw).toContain('nothing is paid');
  expect(await states(ruleId)).toEqual(['log firing SENT', `${OPS} firing SENT`]);
  stage.temporal.worker = true;
  await stage.look();
  await stage.send();
  expect(stage.lines.at(-1)).toMatchObject({ level: 30, alert: 'resolved', alertId: alert?.id });
  expect(stage.server.taken.map(({ raw }) => /Resolved/.test(raw))).toEqual([false, true]);
  await ends(ruleId);
});

test('an endpoint that a rule names gets the alert, whatever it wants to hear of; no other endpoint does', async () => {
  const named = await stage.endpoint(['payout.item.paid']);
  const other = await stage.endpoint();
  const ruleId = await fired([`endpoint:${named}`]);
  await Promise.all([stage.send(), stage.send(stage.api)]);
  stage.temporal.worker = true;
  await stage.look();
  await stage.send();
  const rows = await stage.db.run(
    z.object({
      endpoint_id: z.string(),
      lane: z.string(),
      type: z.string(),
      data: z.record(z.string(), z.unknown()),
    }),
    `select d.endpoint_id, d.lane, e.type, e.data from event_deliveries d join outbox_events e using (sequence)
     where d.endpoint_id in ($1, $2) order by sequence`,
    [named, other],
  );
  const [alert] = await stage.alertsOf(ruleId);
  const about = {
    alertId: alert?.id,
    ruleId,
    measure: 'worker_missing',
    again: false,
    test: false,
  };
  expect(rows).toMatchObject([
    { endpoint_id: named, lane: alert?.id, type: 'alert.fired', data: about },
    { endpoint_id: named, lane: alert?.id, type: 'alert.resolved', data: about },
  ]);
  expect(await states(ruleId)).toEqual([
    `endpoint:${named} firing SENT`,
    `endpoint:${named} resolved SENT`,
  ]);
  await ends(ruleId);
});

test('a channel that fails blocks no other: a dead mail server, and an endpoint that is switched off', async () => {
  const off = await stage.endpoint();
  await updateEndpoint(stage.db, off, { enabled: false }, SYSTEM);
  const ruleId = await fired([OPS, `endpoint:${off}`, 'log']);
  stage.server.answers = () => 'drop';
  await stage.send();
  expect(await stage.noticesOf(ruleId)).toMatchObject([
    { channel: OPS, status: 'PENDING', tries: 1 },
    { channel: `endpoint:${off}`, status: 'GIVEN_UP', error: 'the endpoint is disabled or gone' },
    { channel: 'log', status: 'SENT' },
  ]);
  expect(stage.lines).toHaveLength(1);
  expect(await stage.auditOf(ruleId)).toMatchObject([
    { action: 'alert.fired' },
    { action: 'alert.notice_given_up', status: 'WARNING', details: { channel: 'endpoint' } },
  ]);
  stage.server.answers = () => undefined;
  await stage.send();
  expect(stage.server.taken).toEqual([]);
  await stage.age();
  await stage.send();
  expect(stage.server.taken).toHaveLength(1);
  await ends(ruleId);
});

test('a mail server that keeps silent holds up no line of the log', async () => {
  const ruleId = await fired([OPS, 'log']);
  let hung = (): void => {};
  const silent = new Promise<void>((resolve) => (hung = resolve));
  stage.server.answers = (step) => {
    if (step !== 'RCPT') return undefined;
    hung();
    return 'silence';
  };
  const sending = stage.sendMails();
  await silent;
  await stage.sendPlain();
  expect(await states(ruleId)).toEqual([`${OPS} firing PENDING`, 'log firing SENT']);
  stage.server.dropAll();
  await sending;
  await ends(ruleId);
});

test('a process that ends between the finding and the sending loses nothing: another one sends it, once', async () => {
  const ruleId = await fired(['log', OPS]);
  // The first process has stored the alert with its notices, and is gone.
  await stage.send(stage.api);
  await stage.send(stage.api);
  expect(stage.lines).toHaveLength(1);
  expect(stage.server.taken).toHaveLength(1);
  expect(await states(ruleId)).toEqual(['log firing SENT', `${OPS} firing SENT`]);
  await ends(ruleId);
});

test('a process that ends after it took a notice, sent or not, has it sent again by another one under the same id', async () => {
  const ruleId = await fired([OPS]);
  const [claimed] = await claimNotices(stage.worker, { mails: true, limit: 8 });
  if (!claimed) throw new Error('nothing was claimed');
  await stage.mailer.send({
    id: noticeMailId(claimed),
    to: 'ops@example.com',
    ...noticeMail(textOf(claimed)),
  });
  // It may be under way: nobody else sends it yet.
  await stage.send(stage.api);
  expect(stage.server.taken).toHaveLength(1);
  const [waiting] = await stage.noticesOf(ruleId);
  expect(waiting?.wait_s).toBeGreaterThan(5 * 60);
  await stage.age();
  await stage.send(stage.api);
  expect(stage.server.taken).toHaveLength(2);
  const ids = stage.server.taken.map(({ raw }) => /^Message-ID: (.*)$/m.exec(raw)?.[1]?.trim());
  expect(new Set(ids).size).toBe(1);
  expect(ids[0]).toContain(claimed.alert_id);
  // What the first one would have told after all changes nothing any more.
  await recordNotice(stage.worker, claimed, { is: 'given_up', error: 'late' });
  expect(await states(ruleId)).toEqual([`${OPS} firing SENT`]);
  await ends(ruleId);
});

test('a mail that nobody can tell of is sent again: better twice than never', async () => {
  const ruleId = await fired([OPS]);
  stage.server.answers = (step) => (step === 'text' ? 'drop' : undefined);
  await stage.send();
  expect(await stage.noticesOf(ruleId)).toMatchObject([{ status: 'PENDING', tries: 1 }]);
  stage.server.answers = () => undefined;
  await stage.age();
  await stage.send();
  expect(await states(ruleId)).toEqual([`${OPS} firing SENT`]);
  await ends(ruleId);
});

test('what is refused for ever is given up at once; what is refused for now is tried later and later', async () => {
  const ruleId = await fired([OPS]);
  stage.server.answers = (step) => (step === 'RCPT' ? '451 4.7.1 later' : undefined);
  const waits: number[] = [];
  for (let tries = 1; tries < 12; tries += 1) {
    await stage.send();
    const [notice] = await stage.noticesOf(ruleId);
    expect(notice).toMatchObject({ status: 'PENDING', tries });
    waits.push(Math.round((notice?.wait_s ?? 0) / 60));
    await stage.age();
  }
  expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60, 60, 60]);
  await stage.send();
  expect(await stage.noticesOf(ruleId)).toMatchObject([{ status: 'GIVEN_UP', tries: 12 }]);
  await ends(ruleId);
  const refused = await fired([OPS]);
  stage.server.answers = (step) => (step === 'RCPT' ? '550 5.1.1 no' : undefined);
  await stage.send();
  expect(await stage.noticesOf(refused)).toMatchObject([{ status: 'GIVEN_UP', tries: 1 }]);
  expect((await stage.auditOf(refused)).map(({ action }) => action)).toEqual([
    'alert.fired',
    'alert.notice_given_up',
  ]);
  await ends(refused);
});

test('a process without a mail server leaves mails to the others; after a day nobody is waited for', async () => {
  const ruleId = await fired([OPS, 'log']);
  await stage.send(stage.worker, null);
  expect(await stage.noticesOf(ruleId)).toMatchObject([
    { channel: OPS, status: 'PENDING', tries: 0 },
    { channel: 'log', status: 'SENT' },
  ]);
  await stage.run(
    "update alert_notices set created_at = now() - interval '25 h' where status = 'PENDING'",
  );
  await stage.send(stage.worker, null);
  expect(await stage.noticesOf(ruleId)).toMatchObject([
    { channel: OPS, status: 'GIVEN_UP', error: 'nobody could send it for a day' },
    { channel: 'log', status: 'SENT' },
  ]);
  await ends(ruleId);
});
