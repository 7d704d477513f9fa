import { afterAll, afterEach, beforeAll, beforeEach, inject } from 'vitest';
import { z } from 'zod';
import { lookAtRules } from '../../db/alerts/look.ts';
import { sendMailedNotices, sendPlainNotices } from '../../db/alerts/send-notices.ts';
import { openDatabase, type Db } from '../../db/client.ts';
import { openLogger } from '../../db/log.ts';
import { newId } from '../../db/new-id.ts';
import { SYSTEM } from '../../db/queries/actor.ts';
import { createAlertRule, type AlertRuleContent } from '../../db/queries/alert-rules.ts';
import { createEndpoint } from '../../db/queries/webhook-endpoints.ts';
import { MEASURES } from '../../domain/alerts/measures.ts';
import { makeMailer, mailUrl } from '../../providers/mail/config.ts';
import type { Mailer } from '../../providers/mail/port.ts';
import { inDatabase } from '../../stack/postgres/migrate.ts';
import { startMailServer, type MailServer } from './mail-server.ts';
import { createTestDatabase } from './test-database.ts';
import { testVault } from './vault.ts';

const alertRow = z.object({
  id: z.string(),
  subject: z.string(),
  severity: z.string(),
  status: z.string(),
  value: z.number(),
  summary: z.string(),
  note: z.string().nullable(),
});
const noticeRow = z.object({
  id: z.number(),
  channel: z.string(),
  word: z.string(),
  status: z.string(),
  tries: z.number(),
  error: z.string().nullable(),
  wait_s: z.number(),
});
const auditRow = z.object({
  action: z.string(),
  status: z.string(),
  actor: z.string(),
  details: z.record(z.string(), z.unknown()),
});

/**
 * A database in which only the rules of the test are on, reached as the product's processes reach it, a
 * mail server, and what a test of alerts does and asks.
 */
export function useAlertStage() {
  const held: { db?: Db; api?: Db; worker?: Db; server?: MailServer; mailer?: Mailer } = {};
  const close: (() => Promise<unknown>)[] = [];
  const need = <T>(thing: T | undefined | null): T => {
    if (thing === undefined || thing === null) throw new Error('the stage is not set up yet');
    return thing;
  };
  const run = (text: string, values: readonly unknown[] = []) =>
    need(held.db).run(z.unknown(), text, values);
  const temporal = { server: true, worker: true };
  const lines: Record<string, unknown>[] = [];
  const log = openLogger(
    { level: 'info', base: {} },
    { write: (line) => void lines.push(z.record(z.string(), z.unknown()).parse(JSON.parse(line))) },
  );
  const openAs = (url: string): Db => {
    const db = openDatabase(url);
    close.push(() => db.close());
    return db;
  };
  beforeAll(async () => {
    const database = await createTestDatabase();
    const urls = inDatabase(inject('servers').databaseUrls, database.databaseUrl);
    held.db = openAs(database.databaseUrl);
    held.api = openAs(urls.api);
    held.worker = openAs(urls.worker);
    close.push(() => database.drop());
  });
  afterAll(async () => {
    for (const each of close) await each();
  });
  beforeEach(async () => {
    lines.length = 0;
    Object.assign(temporal, { server: true, worker: true });
    held.server = await startMailServer();
    const from = { name: 'Bursar', address: 'bursar@shop.example' };
    held.mailer = need(makeMailer(mailUrl.parse(`smtp://127.0.0.1:${held.server.port}`), from));
    await run('update alert_rules set enabled = false');
    await run(
      "update alerts set status = 'RESOLVED', resolved_at = now() where status <> 'RESOLVED'",
    );
    await run("update alert_notices set status = 'SENT' where status = 'PENDING'");
  });
  afterEach(async () => {
    await held.mailer?.close();
    await held.server?.close();
  });
  const tools = (db: Db) => ({ db, log, senses: { temporal: () => Promise.resolve(temporal) } });
  return {
    temporal,
    lines,
    log,
    get db() {
      return need(held.db);
    },
    /** The database as a worker reaches it. */
    get worker() {
      return need(held.worker);
    },
    /** The database as the API reaches it. */
    get api() {
      return need(held.api);
    },
    get server() {
      return need(held.server);
    },
    get mailer() {
      return need(held.mailer);
    },
    run,
    /** A rule that watches whether a worker is there, unless told. */
    async rule(given: Partial<AlertRuleContent> = {}) {
      const id = newId('alertRule');
      const content: AlertRuleContent = {
        name: id,
        measure: 'worker_missing',
        provider: null,
        currency: null,
        threshold: 1,
        windowMinutes: 60,
        forMinutes: 0,
        severity: 'critical',
        channels: ['log'],
        repeatMinutes: null,
        enabled: true,
        ...given,
      };
      await createAlertRule(need(held.api), { id, content, actor: SYSTEM });
      return id;
    },
    /** Registers an endpoint that wants to hear of everything. */
    async endpoint(eventTypes: readonly string[] = []) {
      const id = newId('endpoint');
      const url = 'https://hooks.shop.example/';
      const secretSealed = testVault.seal(id, `whsec_${'a'.repeat(43)}=`);
      const given = { id, url, description: null, eventTypes, secretSealed };
      await createEndpoint(need(held.api), given, SYSTEM);
      return id;
    },
    /** One look at every rule of a pace, as if none had been looked at for long. */
    async look(db: Db = need(held.worker), pace: 'quick' | 'slow' = 'quick') {
      await run('update alert_rules set looked_at = null');
      return lookAtRules(tools(db), { measures: MEASURES, pace, everySeconds: 30 });
    },
    /** Makes as if so many minutes had passed since an alert began and was told. */
    passed: (ruleId: string, minutes: number) =>
      run(
        `update alerts set since = since - $2::int * interval '1 minute', notified_at = notified_at - $2::int * interval '1 minute'
         where rule_id = $1`,
        [ruleId, minutes],
      ),
    /** Sends all that is due, by the log and to endpoints. */
    sendPlain: (db: Db = need(held.worker)) => sendPlainNotices({ db, log, mailer: null }),
    /** Sends all that is due by mail. */
    sendMails: (db: Db = need(held.worker), mailer: Mailer | null = need(held.mailer)) =>
      sendMailedNotices({ db, log, mailer }),
    /** Sends all that is due. */
    async send(db: Db = need(held.worker), mailer: Mailer | null = need(held.mailer)) {
      await sendPlainNotices({ db, log, mailer });
      await sendMailedNotices({ db, log, mailer });
    },
    /** Makes what waits, or is being sent, due now. */
    age: () =>
      run("update alert_notices set due_at = now() - interval '1 s' where status = 'PENDING'"),
    alertsOf: (ruleId: string) =>
      need(held.db).run(alertRow, 'select * from alerts where rule_id = $1 order by id', [ruleId]),
    noticesOf: (ruleId: string) =>
      need(held.db).run(
        noticeRow,
        `select n.id::int, n.channel, n.word, n.status, n.tries, n.error, extract(epoch from n.due_at - now())::float8 as wait_s
         from alert_notices n join alerts a on a.id = n.alert_id where a.rule_id = $1 order by n.id`,
        [ruleId],
      ),
    auditOf: (ruleId: string) =>
      need(held.db).run(
        auditRow,
        `select action, status, actor, details from audit_logs
         where (details ->> 'ruleId' = $1 and action like 'alert.%')
           or (action = 'alert.notice_given_up' and details ->> 'alertId' in (select id from alerts where rule_id = $1))
         order by id`,
        [ruleId],
      ),
  };
}
