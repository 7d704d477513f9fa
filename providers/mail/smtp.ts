import { Readable } from 'node:stream';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import { composeMail, type ComposedMail, type MailSender } from './compose.ts';
import type { Mailer, MailResult } from './port.ts';

/** A mail server. */
export interface SmtpServer {
  host: string;
  port: number;
  /** TLS from the first byte; otherwise STARTTLS where the server offers it. */
  secure: boolean;
  /** Without STARTTLS nothing is sent. */
  requireTls: boolean;
  auth: { user: string; pass: string } | null;
}

/** How long a server may take; all of them in milliseconds. */
export interface SmtpTimes {
  connectMs: number;
  /** Without a byte from it. */
  silenceMs: number;
  /** The handing over of one mail. */
  sendMs: number;
}

const TIMES: SmtpTimes = { connectMs: 15_000, silenceMs: 60_000, sendMs: 120_000 };
/** Idle connections that are kept for the next mail. */
const IDLE_MAX = 8;

/**
 * Sends by SMTP, over connections that are kept for the next mail. A mail is in doubt only where the
 * connection broke between the beginning of its text and the server's answer to it.
 */
export function smtpMailer(server: SmtpServer, from: MailSender, times: SmtpTimes = TIMES): Mailer {
  const idle = new Set<SMTPConnection>();
  let closed = false;

  const take = async (): Promise<SMTPConnection> => {
    for (const connection of idle) {
      idle.delete(connection);
      return connection;
    }
    return connect(server, times, (connection) => idle.delete(connection));
  };
  const keep = (connection: SMTPConnection): void => {
    if (closed || idle.size >= IDLE_MAX) connection.quit();
    else idle.add(connection);
  };

  return {
    async send(message) {
      const place = { begun: false };
      let connection: SMTPConnection | undefined;
      let late: NodeJS.Timeout | undefined;
      try {
        const mail = await composeMail(message, from);
        connection = await take();
        const tooLong = new Promise<never>((_resolve, reject) => {
          late = setTimeout(() => reject(new Error('it took too long')), times.sendMs);
        });
        await Promise.race([tooLong, hand(connection, mail, place)]);
        keep(connection);
        return { kind: 'accepted' };
      } catch (error) {
        connection?.close();
        return verdict(error, place.begun);
      } finally {
        clearTimeout(late);
      }
    },
    async close() {
      closed = true;
      for (const connection of idle) connection.quit();
      idle.clear();
    },
  };
}

async function connect(
  server: SmtpServer,
  times: SmtpTimes,
  onEnd: (connection: SMTPConnection) => void,
): Promise<SMTPConnection> {
  const { host, port, secure, requireTls, auth } = server;
  const connection = new SMTPConnection({
    host,
    port,
    secure,
    requireTLS: requireTls,
    connectionTimeout: times.connectMs,
    greetingTimeout: times.connectMs,
    dnsTimeout: times.connectMs,
    socketTimeout: times.silenceMs,
    logger: false,
  });
  try {
    await new Promise<void>((resolve, reject) => {
      // Told for as long as it lives: without a listener a late error would end the process.
      connection.on('error', (error) => {
        onEnd(connection);
        reject(error);
      });
      connection.once('end', () => {
        onEnd(connection);
        reject(new Error('the connection ended'));
      });
      connection.connect((error) => (error ? reject(error) : resolve()));
    });
    if (auth) {
      await new Promise<void>((resolve, reject) => {
        connection.login({ credentials: auth }, (error) => (error ? reject(error) : resolve()));
      });
    }
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

/** Hands a mail over; notes when the server has begun to be given its text. */
function hand(
  connection: SMTPConnection,
  { envelope, raw }: ComposedMail,
  place: { begun: boolean },
): Promise<void> {
  // Read from only when the server has asked for the text.
  const text = new Readable({
    read() {
      place.begun = true;
      this.push(raw);
      this.push(null);
    },
  });
  return new Promise((resolve, reject) => {
    connection.send(envelope, text, (error) => (error ? reject(error) : resolve()));
  });
}

const OF_THE_MAIL = new Set(['MAIL FROM', 'RCPT TO', 'DATA']);

function verdict(error: unknown, begun: boolean): MailResult {
  const { code, command, responseCode } = Object(error) as Record<string, unknown>;
  const step = typeof command === 'string' ? command.split(' ').slice(0, 2).join(' ') : 'sending';
  if (typeof responseCode === 'number' && responseCode >= 400) {
    // What is refused before the mail itself (greeting, login) is for us to mend, and not the mail's fault.
    const permanent = responseCode >= 500 && OF_THE_MAIL.has(step);
    return { kind: 'refused', permanent, reason: `the server answered ${responseCode} at ${step}` };
  }
  const word = typeof code === 'string' ? code : 'no answer';
  return begun
    ? { kind: 'unknown', reason: `no answer to the text of the mail (${word})` }
    : { kind: 'refused', permanent: false, reason: `the server could not be used (${word})` };
}
