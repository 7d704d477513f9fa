import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeMailer, mailFrom, mailUrl } from '../../providers/mail/config.ts';
import type { Mailer, MailMessage } from '../../providers/mail/port.ts';
import { smtpMailer } from '../../providers/mail/smtp.ts';
import {
  startMailServer,
  type MailAnswer,
  type MailServer,
  type MailStep,
} from '../support/mail-server.ts';

let server: MailServer;
const mailers: Mailer[] = [];

beforeEach(async () => {
  server = await startMailServer();
});
afterEach(async () => {
  for (const mailer of mailers.splice(0)) await mailer.close();
  await server.close();
});

const message: MailMessage = {
  id: 'mai_0192f0c1a2b37c4d8e9f0a1b2c3d4e5f',
  to: 'ana@example.test',
  subject: 'Ihre Auszahlung über 1.234,56 USD ist bezahlt',
  text: 'Guten Tag,\n\n.\nein Satz über 1.234,56 USD.\n',
};
const FROM = { name: 'Shop', address: 'payouts@shop.example' };

const mailerAt = (url: string): Mailer => {
  const mailer = makeMailer(mailUrl.parse(url), FROM);
  if (!mailer) throw new Error('there is no mailer');
  mailers.push(mailer);
  return mailer;
};
const mailerHere = (given: { user?: string; query?: string } = {}): Mailer =>
  mailerAt(`smtp://${given.user ?? ''}127.0.0.1:${server.port}${given.query ?? ''}`);

/** A mailer that waits for little. */
function hasty({ secure = false } = {}): Mailer {
  const at = { host: '127.0.0.1', port: server.port, secure, requireTls: false, auth: null };
  const mailer = smtpMailer(at, FROM, { connectMs: 150, silenceMs: 150, sendMs: 1_000 });
  mailers.push(mailer);
  return mailer;
}
const at = (step: MailStep, answer: MailAnswer) => {
  server.answers = (now) => (now === step ? answer : undefined);
};

test('a mail is taken whole, with a Message-ID that is the same at every repetition', async () => {
  const mailer = mailerHere();
  expect(await mailer.send(message)).toEqual({ kind: 'accepted' });
  expect(await mailer.send(message)).toEqual({ kind: 'accepted' });
  expect(server.taken).toHaveLength(2);
  const [first, second] = server.taken;
  expect(first).toMatchObject({ to: ['ana@example.test'] });
  expect(first?.from).toContain('<payouts@shop.example>');
  expect(first?.raw).toContain('From: Shop <payouts@shop.example>\r\n');
  expect(first?.raw).toContain('To: ana@example.test\r\n');
  const idOf = (raw = '') => /^Message-ID: (.*)\r$/im.exec(raw)?.[1];
  expect(idOf(first?.raw)).toBe('<mai_0192f0c1a2b37c4d8e9f0a1b2c3d4e5f@shop.example>');
  expect(idOf(second?.raw)).toBe(idOf(first?.raw));
  expect(first?.raw).toMatch(/^auto-submitted: auto-generated\r$/im);
  expect(first?.raw).toMatch(/^Subject: =\?UTF-8\?/m);
  // A line that is only a dot does not end the mail.
  expect(first?.raw).toContain('USD.');
  expect(server.connections.made).toBe(1);
});

test.each<[MailStep, string, boolean]>([
  ['MAIL', '451 4.3.0 later', false],
  ['MAIL', '550 5.1.0 not you', true],
  ['RCPT', '450 4.2.0 greylisted ana@example.test', false],
  ['RCPT', '550 5.1.1 <ana@example.test> is not here', true],
  ['DATA', '451 4.3.0 later', false],
  ['DATA', '554 5.5.1 no', true],
  ['text', '452 4.2.2 full', false],
  ['text', '554 5.7.1 spam', true],
  // Ours to mend, and not the mail's fault.
  ['greeting', '554 go away', false],
  ['greeting', '421 too many', false],
])('%s answered by %s is refused, permanently: %s', async (step, line, permanent) => {
  at(step, line);
  const result = await mailerHere().send(message);
  expect(result).toMatchObject({ kind: 'refused', permanent });
  expect(JSON.stringify(result)).not.toContain('ana@');
  expect(server.taken).toEqual([]);
});

test.each<[MailStep, MailAnswer]>([
  ['greeting', 'drop'],
  ['greeting', 'silence'],
  ['EHLO', 'drop'],
  ['MAIL', 'drop'],
  ['MAIL', 'silence'],
  ['RCPT', 'drop'],
  ['DATA', 'drop'],
  ['DATA', 'silence'],
])('what breaks before the text (%s, %s) was surely not taken', async (step, answer) => {
  at(step, answer);
  expect(await hasty().send(message)).toMatchObject({ kind: 'refused', permanent: false });
});

test.each<[MailAnswer]>([['drop'], ['silence'], ['hello?']])(
  'what breaks after the text (%s) is in doubt',
  async (answer) => {
    at('text', answer);
    expect(await hasty().send(message)).toMatchObject({ kind: 'unknown' });
  },
);

test('nobody listens: refused for now', async () => {
  const mailer = mailerHere();
  await server.close();
  expect(await mailer.send(message)).toMatchObject({ kind: 'refused', permanent: false });
});

test('a refused mail, or a connection that the server ended, leaves the next mail alone', async () => {
  const mailer = mailerHere();
  at('RCPT', '550 5.1.1 no');
  expect(await mailer.send(message)).toMatchObject({ kind: 'refused' });
  server.answers = () => undefined;
  expect(await mailer.send(message)).toEqual({ kind: 'accepted' });
  server.dropAll();
  await expect.poll(() => server.connections.open).toBe(0);
  expect(await mailer.send(message)).toEqual({ kind: 'accepted' });
  const many = Array.from({ length: 20 }, (_, index) =>
    mailer.send({ ...message, id: `mai_${index}` }),
  );
  for (const result of await Promise.all(many)) expect(result).toEqual({ kind: 'accepted' });
  expect(server.taken).toHaveLength(22);
  await mailer.close();
  await expect.poll(() => server.connections.open).toBe(0);
});

test('a password is sent only inside TLS, and stands in no result', async () => {
  const mailer = mailerHere({ user: 'shop:hunter2%21@' });
  const result = await mailer.send(message);
  expect(result).toMatchObject({ kind: 'refused', permanent: false });
  expect(JSON.stringify(result)).not.toContain('hunter2');
  expect(server.lines.filter((line) => line.startsWith('AUTH'))).toEqual([]);
  const required = await mailerHere({ query: '?tls=required' }).send(message);
  expect(required).toMatchObject({ kind: 'refused', permanent: false });
  expect(await hasty({ secure: true }).send(message)).toMatchObject({
    kind: 'refused',
    permanent: false,
  });
  expect(server.taken).toEqual([]);
});

test('an address or subject with line ends makes no header and no recipient of its own', async () => {
  const mailer = mailerHere();
  const evil = 'x\r\nBcc: eve@example.test\r\n\r\nhello';
  await mailer.send({ ...message, subject: evil });
  await mailer.send({ ...message, to: `ana@example.test\r\nRCPT TO:<eve@example.test>` });
  await mailer.send({ ...message, to: 'ana@example.test, eve@example.test' });
  for (const { raw, to } of server.taken) {
    expect(to).not.toContain('eve@example.test');
    expect(raw.split('\r\n\r\n')[0]).not.toMatch(/^bcc:/im);
  }
  expect(server.lines.filter((line) => /^RCPT TO:<eve/i.test(line))).toEqual([]);
});

test('the settings', () => {
  const wrong = ['http://mail', 'smtp:', 'folder:', 'mail.example', 'smtp://user:secret@'];
  for (const url of wrong) {
    const { success, error } = mailUrl.safeParse(url);
    expect(success).toBe(false);
    expect(String(error)).not.toContain('secret');
  }
  expect(mailUrl.parse('smtps://a%40b:p%2Fw@mail.example')).toEqual({
    kind: 'smtp',
    server: {
      host: 'mail.example',
      port: 465,
      secure: true,
      requireTls: false,
      auth: { user: 'a@b', pass: 'p/w' },
    },
  });
  expect(mailUrl.parse('smtp://[::1]:2525')).toMatchObject({
    server: { host: '::1', port: 2525, requireTls: false, auth: null },
  });
  expect(mailUrl.parse('folder:/tmp/mails')).toEqual({ kind: 'folder', folder: '/tmp/mails' });
  expect(mailFrom.parse('Shop Payouts <payouts@shop.example>')).toEqual({
    name: 'Shop Payouts',
    address: 'payouts@shop.example',
  });
  expect(mailFrom.parse('payouts@shop.example')).toEqual({
    name: '',
    address: 'payouts@shop.example',
  });
  for (const from of ['', 'Shop', 'a@b, c@d', 'Shop <a@b>\r\nBcc: <c@d>'])
    expect(mailFrom.safeParse(from).success).toBe(false);
});
