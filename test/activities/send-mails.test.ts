import type { Client } from '@temporalio/client';
import { expect, test } from 'vitest';
import { startMails } from '../../activities/start-mails.ts';
import { retryMail } from '../../db/queries/payee-mails.ts';
import { claimMails, recordMail, setMailsEnabled } from '../../db/queries/send-mails.ts';
import { useMailStage } from '../support/mail-stage.ts';

const stage = useMailStage();
const ACTOR = { id: 'key:test', ipAddress: null, userAgent: null };

test('mails go to their payees in their languages, each once', async () => {
  const english = await stage.waiting({ email: 'ana@example.test' });
  const german = await stage.waiting({ email: ' bea@example.test ', language: 'de' });
  expect(await stage.send()).toEqual({ nextMs: null });
  expect(await stage.send()).toEqual({ nextMs: null });
  expect(stage.server.taken).toHaveLength(2);
  const to = new Map(stage.server.taken.map(({ to: [address], raw }) => [address, raw]));
  expect(to.get('ana@example.test')).toContain('Your payout of USD 1,234.56 has been paid');
  expect(to.get('ana@example.test')).toContain(`Message-ID: <${english}@shop.example>`);
  expect(to.get('bea@example.test')).toContain('1.234,56 USD ist bezahlt');
  expect(await stage.mail(german)).toMatchObject({ status: 'SENT', tries: 1, error: null });
  expect(await stage.auditOf(german)).toEqual([]);
});

test('a mail that is refused for now is tried again, later and later, and given up after twelve tries', async () => {
  const id = await stage.waiting();
  stage.server.answers = (step) => (step === 'RCPT' ? '451 4.7.1 later' : undefined);
  const waits: number[] = [];
  for (let tries = 1; tries <= 12; tries += 1) {
    await stage.send();
    const { status, wait_s, tries: counted } = await stage.mail(id);
    expect({ status, counted }).toEqual({
      status: tries < 12 ? 'PENDING' : 'FAILED',
      counted: tries,
    });
    if (tries < 12) waits.push(Math.round(wait_s / 60));
    await stage.age();
  }
  expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60, 60, 60]);
  await stage.send();
  expect(stage.server.lines.filter((line) => line.startsWith('RCPT'))).toHaveLength(12);
  expect((await stage.mail(id)).error).toBe('the server answered 451 at RCPT TO');
  expect(await stage.auditOf(id)).toEqual([{ action: 'mail.failed', to_state: 'FAILED' }]);
  stage.server.answers = () => undefined;
  expect(await retryMail(stage.db, id, ACTOR)).toMatchObject({ status: 'PENDING', tries: 0 });
  await stage.send();
  expect(await stage.mail(id)).toMatchObject({ status: 'SENT' });
  await expect(retryMail(stage.db, id, ACTOR)).rejects.toMatchObject({ code: 'invalid_state' });
  expect(stage.server.taken).toHaveLength(1);
});

test('a mail that is refused for ever, has no address, or cannot be written, fails at once', async () => {
  const refused = await stage.waiting();
  stage.server.answers = (step) => (step === 'RCPT' ? '550 5.1.1 no' : undefined);
  await stage.send();
  expect(await stage.mail(refused)).toMatchObject({ status: 'FAILED', tries: 1 });
  stage.server.answers = () => undefined;
  const evil = 'ana@example.test\r\nBcc: eve@example.test';
  const nowhere = [await stage.waiting({ email: '' }), await stage.waiting({ email: evil })];
  const unreadable = await stage.waiting();
  await stage.run(`update payee_mails set data = '{"amount": "x"}' where id = $1`, [unreadable]);
  await stage.send();
  for (const id of nowhere) {
    expect(await stage.mail(id)).toMatchObject({
      status: 'FAILED',
      error: 'the payee has no valid address',
    });
  }
  expect(await stage.mail(unreadable)).toMatchObject({ status: 'FAILED' });
  expect(stage.server.taken).toEqual([]);
});

test('a mail whose end nobody knows is in doubt at once, and is not sent again but by a person', async () => {
  const id = await stage.waiting();
  stage.server.answers = (step) => (step === 'text' ? 'drop' : undefined);
  expect(await stage.send()).toEqual({ nextMs: null });
  stage.server.answers = () => undefined;
  await stage.age();
  await stage.send();
  expect(await stage.mail(id)).toMatchObject({ status: 'UNKNOWN', tries: 1 });
  expect(stage.server.taken).toEqual([]);
  expect(await stage.auditOf(id)).toEqual([{ action: 'mail.unknown', to_state: 'UNKNOWN' }]);
  await retryMail(stage.db, id, ACTOR);
  await stage.send();
  expect(stage.server.taken).toHaveLength(1);
  expect(await stage.auditOf(id)).toEqual([
    { action: 'mail.unknown', to_state: 'UNKNOWN' },
    { action: 'mail.retried', to_state: 'PENDING' },
  ]);
});

test('a worker that ends between sending and recording leaves a mail in doubt, which is not sent again', async () => {
  const id = await stage.waiting({ email: 'ana@example.test' });
  const [claimed] = await claimMails(stage.db, 10);
  if (!claimed) throw new Error('nothing was claimed');
  await stage.mailer.send({ id, to: claimed.email, subject: 'x', text: 'x' });
  // Ten minutes have not passed: it may be under way.
  const { nextMs } = await stage.send();
  expect(nextMs).toBeGreaterThan(9 * 60_000);
  expect(nextMs).toBeLessThanOrEqual(10 * 60_000);
  expect(await stage.mail(id)).toMatchObject({ status: 'SENDING' });
  const claim = claimed.claim;
  await stage.run("update payee_mails set due_at = now() - interval '1 s' where id = $1", [id]);
  await stage.send();
  await stage.send();
  expect(await stage.mail(id)).toMatchObject({
    status: 'UNKNOWN',
    error: 'the worker ended while it was sent',
  });
  expect(stage.server.taken).toHaveLength(1);
  expect(await stage.auditOf(id)).toHaveLength(1);
  // A claim that is not the last one says nothing any more.
  await recordMail(stage.db, { id, claim }, { is: 'sent' });
  expect(await stage.mail(id)).toMatchObject({ status: 'UNKNOWN' });
});

test('a worker that was only slow still records that it sent', async () => {
  const id = await stage.waiting();
  const [claimed] = await claimMails(stage.db, 10);
  if (!claimed) throw new Error('nothing was claimed');
  await stage.run("update payee_mails set status = 'UNKNOWN' where id = $1", [id]);
  await recordMail(stage.db, claimed, { is: 'failed', error: 'no' });
  await recordMail(stage.db, claimed, { is: 'again', waitMs: 0, error: 'no' });
  expect(await stage.mail(id)).toMatchObject({ status: 'UNKNOWN' });
  await recordMail(stage.db, claimed, { is: 'sent' });
  await recordMail(stage.db, claimed, { is: 'sent' });
  expect(await stage.mail(id)).toMatchObject({ status: 'SENT', error: null });
});

test('two workers at once send each mail once', async () => {
  const ids = await Promise.all(Array.from({ length: 30 }, () => stage.waiting()));
  await Promise.all([stage.send(), stage.send(), stage.send()]);
  expect(stage.server.taken).toHaveLength(30);
  for (const id of ids) expect(await stage.mail(id)).toMatchObject({ status: 'SENT', tries: 1 });
});

test('a sweep has due mails sent, and none while payees are not written to', async () => {
  const started: unknown[] = [];
  const workflow = {
    start: async (type: string, { workflowId, workflowIdConflictPolicy }: never) => {
      started.push([type, workflowId, workflowIdConflictPolicy]);
    },
  };
  const sweep = () => startMails(stage.db, { workflow } as unknown as Client);
  await sweep();
  expect(started).toEqual([]);
  const id = await stage.waiting();
  await sweep();
  expect(started).toEqual([['sendMails', 'mails', 'USE_EXISTING']]);
  await setMailsEnabled(stage.db, false);
  await sweep();
  await stage.send();
  expect(started).toHaveLength(1);
  expect(await stage.mail(id)).toMatchObject({ status: 'PENDING', tries: 0 });
  await setMailsEnabled(stage.db, true);
  expect(await stage.send(null)).toEqual({ nextMs: null });
  expect(await stage.mail(id)).toMatchObject({ status: 'PENDING', tries: 0 });
  await stage.run("update payee_mails set due_at = now() + interval '1 hour' where id = $1", [id]);
  await sweep();
  expect(started).toHaveLength(1);
});
