import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { makeMailer, mailUrl } from '../../providers/mail/config.ts';
import { temporaryDir } from '../support/temp-dir.ts';

test('a folder has one whole file for each mail, however often it is written', async () => {
  const folder = path.join(temporaryDir(), 'mails');
  const mailer = makeMailer(mailUrl.parse(`folder:${folder}`));
  const message = { id: 'mai_1', to: 'ana@example.test', subject: 'Hello', text: 'One.\n' };
  const results = await Promise.all([
    mailer?.send(message),
    mailer?.send({ ...message, id: 'mai_2' }),
  ]);
  expect(results).toEqual([{ kind: 'accepted' }, { kind: 'accepted' }]);
  expect(await mailer?.send(message)).toEqual({ kind: 'accepted' });
  expect(readdirSync(folder).toSorted()).toEqual(['mai_1.eml', 'mai_2.eml']);
  const text = readFileSync(path.join(folder, 'mai_1.eml'), 'utf8');
  expect(text).toContain('To: ana@example.test\r\n');
  expect(text).toContain('Message-ID: <mai_1@localhost>\r\n');
  expect(text).toMatch(/\r\n\r\nOne\.\s*$/);
  await mailer?.close();
});

test('a folder that cannot be written refuses for now', async () => {
  const mailer = makeMailer(mailUrl.parse('folder:/dev/null/mails'));
  const result = await mailer?.send({
    id: 'mai_1',
    to: 'ana@example.test',
    subject: 'x',
    text: 'x',
  });
  expect(result).toMatchObject({ kind: 'refused', permanent: false });
});
