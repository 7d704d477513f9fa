import { z } from 'zod';
import { isMailAddress } from '../../domain/mail/address.ts';
import type { MailSender } from './compose.ts';
import { folderMailer } from './folder.ts';
import type { Mailer } from './port.ts';
import { smtpMailer, type SmtpServer } from './smtp.ts';

/** Where mails go: a server, or a folder for development. */
export type MailTarget = { kind: 'smtp'; server: SmtpServer } | { kind: 'folder'; folder: string };

const WRONG =
  'must be smtp://host:port, smtps://host:port (user:password@ before the host), or folder:<path>';
const FROM = /^(?:([^<>"\p{C}]*?)\s*<([^<>\s]+)>|([^<>\s]+))$/u;

/** `BURSAR_MAIL_URL`. */
export const mailUrl = z.string().transform((text, context): MailTarget => {
  const target = readTarget(text);
  if (target) return target;
  context.addIssue({ code: 'custom', message: WRONG });
  return z.NEVER;
});

/** `BURSAR_MAIL_FROM`: an address, or a name and an address in angle brackets. */
export const mailFrom = z.string().transform((text, context): MailSender => {
  const [, name = '', inBrackets, alone] = FROM.exec(text.trim()) ?? [];
  const address = inBrackets ?? alone ?? '';
  if (isMailAddress(address)) return { name, address };
  context.addIssue({ code: 'custom', message: 'must be an address, or a name and <address>' });
  return z.NEVER;
});

function readTarget(text: string): MailTarget | null {
  if (text.startsWith('folder:')) {
    const folder = text.slice('folder:'.length);
    return folder === '' ? null : { kind: 'folder', folder };
  }
  if (!URL.canParse(text)) return null;
  const url = new URL(text);
  if ((url.protocol !== 'smtp:' && url.protocol !== 'smtps:') || url.hostname === '') return null;
  const user = decodeURIComponent(url.username);
  const secure = url.protocol === 'smtps:';
  return {
    kind: 'smtp',
    server: {
      host: url.hostname.replaceAll(/^\[|\]$/g, ''),
      port: url.port === '' ? (secure ? 465 : 587) : Number(url.port),
      secure,
      // A password is never sent in the clear.
      requireTls: !secure && (user !== '' || url.searchParams.get('tls') === 'required'),
      auth: user === '' ? null : { user, pass: decodeURIComponent(url.password) },
    },
  };
}

/** A server sends for somebody in particular; a folder does not mind. */
export const needsSender = (target: MailTarget | undefined): boolean => target?.kind === 'smtp';

const NOBODY: MailSender = { name: 'Bursar', address: 'payouts@localhost' };

/** The mailer for a target, null without one. Nothing is connected or written before the first mail. */
export function makeMailer(
  target: MailTarget | undefined,
  from: MailSender = NOBODY,
): Mailer | null {
  if (!target) return null;
  return target.kind === 'folder'
    ? folderMailer(target.folder, from)
    : smtpMailer(target.server, from);
}
