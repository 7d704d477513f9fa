import MailComposer from 'nodemailer/lib/mail-composer';
import type { MailMessage } from './port.ts';

/** Whom mails come from. */
export interface MailSender {
  name: string;
  address: string;
}

/** The whole mail with its headers, encoded, and whom it goes from and to. */
export interface ComposedMail {
  raw: Buffer;
  envelope: { from: string; to: string[] };
}

/** Puts a mail together; the same id gives the same Message-ID at every repetition. */
export function composeMail(message: MailMessage, from: MailSender): Promise<ComposedMail> {
  const domain = from.address.slice(from.address.lastIndexOf('@') + 1);
  const mail = new MailComposer({
    from,
    to: { name: '', address: message.to },
    subject: message.subject,
    text: message.text,
    messageId: `<${message.id}@${domain}>`,
    // Answering machines are asked not to answer (RFC 3834).
    headers: { 'auto-submitted': 'auto-generated' },
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const node = mail.compile();
  const { to } = node.getEnvelope();
  return new Promise((resolve, reject) => {
    node.build((error, raw) =>
      error ? reject(error) : resolve({ raw, envelope: { from: from.address, to } }),
    );
  });
}
