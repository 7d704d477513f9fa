import { MockActivityEnvironment } from '@temporalio/testing';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { z } from 'zod';
import { makeSendMails } from '../../activities/send-mails.ts';
import { openDatabase, type Db } from '../../db/client.ts';
import { newId } from '../../db/new-id.ts';
import { SYSTEM } from '../../db/queries/actor.ts';
import { createBatch } from '../../db/queries/create-batch.ts';
import { setMailsEnabled } from '../../db/queries/send-mails.ts';
import { OPEN_LIMITS } from '../../domain/eligibility.ts';
import { makeMailer, mailUrl } from '../../providers/mail/config.ts';
import type { Mailer } from '../../providers/mail/port.ts';
import { makeProviders } from '../../providers/registry.ts';
import { plainTools } from '../../providers/tools.ts';
import { startMailServer, type MailServer } from './mail-server.ts';
import { insertPayable } from './rows.ts';
import { createTestDatabase } from './test-database.ts';

const mailRow = z.object({
  id: z.string(),
  payee_id: z.string(),
  event: z.string(),
  subject: z.string(),
  data: z.record(z.string(), z.unknown()),
  status: z.string(),
  tries: z.number(),
  error: z.string().nullable(),
  wait_s: z.number(),
});
const sentSchema = z.object({ nextMs: z.number().nullable() });

/** A database whose payees are written to, a mail server, and what a test of mails does and asks. */
export function useMailStage() {
  const held: { db?: Db; server?: MailServer; mailer?: Mailer } = {};
  const close: (() => Promise<unknown>)[] = [];
  const need = <T>(thing: T | undefined | null): T => {
    if (thing === undefined || thing === null) throw new Error('the stage is not set up yet');
    return thing;
  };
  const run = (text: string, values: readonly unknown[] = []) =>
    need(held.db).run(z.unknown(), text, values);
  beforeAll(async () => {
    const database = await createTestDatabase();
    const db = openDatabase(database.databaseUrl);
    held.db = db;
    close.push(
      () => db.close(),
      () => database.drop(),
    );
    await setMailsEnabled(db, true);
  });
  afterAll(async () => {
    for (const each of close) await each();
  });
  beforeEach(async () => {
    held.server = await startMailServer();
    const url = `smtp://127.0.0.1:${held.server.port}`;
    const from = { name: 'Shop', address: 'payouts@shop.example' };
    held.mailer = need(makeMailer(mailUrl.parse(url), from));
  });
  afterEach(async () => {
    await held.mailer?.close();
    await held.server?.close();
    await run("update payee_mails set status = 'SENT' where status <> 'SENT'");
  });
  return {
    get db() {
      return need(held.db);
    },
    get server() {
      return need(held.server);
    },
    get mailer() {
      return need(held.mailer);
    },
    run,
    /** A batch of that many payees, to be executed. */
    async batch(payees: number, given: { scheduledFor?: Date } = {}) {
      const payeeIds = [];
      for (let made = 0; made < payees; made += 1)
        payeeIds.push((await insertPayable(need(held.db))).payeeId);
      const batchId = newId('batch');
      await createBatch(need(held.db), {
        batchId,
        actor: SYSTEM,
        affiliateIds: payeeIds,
        currency: 'USD',
        provider: 'mock',
        requiredApprovals: 0,
        limits: OPEN_LIMITS,
        ...given,
      });
      return { batchId, payeeIds };
    },
    /** A mail that waits to be sent, about nothing in particular. */
    async waiting(payee: { email?: string; language?: string } = {}) {
      const { payeeId } = await insertPayable(need(held.db));
      const id = newId('mail');
      await run(
        'update payees set email = coalesce($2, email), language = coalesce($3, language) where id = $1',
        [payeeId, payee.email ?? null, payee.language ?? null],
      );
      await run(
        `insert into payee_mails (id, payee_id, event, subject, data)
         values ($1, $2, 'paid', $1, '{"amount": "123456", "currency": "USD"}')`,
        [id, payeeId],
      );
      return id;
    },
    /** One run of the activity, which does not linger. */
    async send(by: Mailer | null = need(held.mailer)) {
      const pace = { atOnce: 4, lingerMs: 0, lookEveryMs: 10, runMaxMs: 20_000 };
      const deps = { db: need(held.db), providers: makeProviders({}, plainTools()), mailer: by };
      return sentSchema.parse(await new MockActivityEnvironment().run(makeSendMails(deps, pace)));
    },
    /** Makes what waits, or is being sent, due now. */
    age: () =>
      run(
        "update payee_mails set due_at = now() - interval '1 s' where status in ('PENDING', 'SENDING')",
      ),
    mailsTo: (payeeIds: readonly string[]) =>
      need(held.db).run(
        mailRow,
        `select m.*, extract(epoch from m.due_at - now())::float8 as wait_s from payee_mails m
         where payee_id = any($1) order by created_at, event, subject`,
        [payeeIds],
      ),
    async mail(id: string) {
      const [row] = await need(held.db).run(
        mailRow,
        'select m.*, extract(epoch from m.due_at - now())::float8 as wait_s from payee_mails m where id = $1',
        [id],
      );
      return need(row);
    },
    auditOf: (mailId: string) =>
      need(held.db).run(
        z.object({ action: z.string(), to_state: z.string() }),
        "select action, to_state from audit_logs where details ->> 'mailId' = $1 order by id",
        [mailId],
      ),
  };
}
