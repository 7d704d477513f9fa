import { createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

/** A mail as the server was given it. */
export interface TakenMail {
  from: string;
  to: string[];
  /** Headers and text, decoded no further. */
  raw: string;
}

/** The steps of a conversation at which the server can be told to answer otherwise. */
export type MailStep = 'greeting' | 'EHLO' | 'AUTH' | 'MAIL' | 'RCPT' | 'DATA' | 'text';

/** Says something else than usual: a reply, `drop` for an end of the connection, or `silence` for ever. */
export type MailAnswer = string | undefined;

/** A mail server that speaks SMTP over plain TCP. */
export interface MailServer {
  readonly port: number;
  readonly taken: TakenMail[];
  /** Every line that it was sent outside the texts of mails. */
  readonly lines: string[];
  readonly connections: { made: number; open: number };
  /** Given the step and the line; what it does not answer is answered as usual. */
  answers: (step: MailStep, line: string) => MailAnswer;
  /** Ends the connections that are open, as a server does that was idle for long. */
  dropAll(): void;
  close(): Promise<void>;
}

const USUAL: Readonly<Record<MailStep, string>> = {
  greeting: '220 mail.test ESMTP',
  EHLO: '250-mail.test\r\n250-AUTH PLAIN\r\n250 8BITMIME',
  AUTH: '235 2.7.0 ok',
  MAIL: '250 2.1.0 ok',
  RCPT: '250 2.1.5 ok',
  DATA: '354 go on',
  text: '250 2.0.0 queued',
};

/** Listens on a free port of this machine. */
export async function startMailServer(): Promise<MailServer> {
  const sockets = new Set<Socket>();
  const lines: string[] = [];
  const taken: TakenMail[] = [];
  const connections = { made: 0, open: 0 };
  const server = createServer((socket) => {
    sockets.add(socket);
    connections.made += 1;
    connections.open += 1;
    socket.on('close', () => {
      sockets.delete(socket);
      connections.open -= 1;
    });
    socket.on('error', () => {});
    converse(socket, mailServer);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const mailServer: MailServer = {
    port: (server.address() as AddressInfo).port,
    taken,
    lines,
    connections,
    answers: () => undefined,
    dropAll: () => {
      for (const socket of sockets) socket.destroy();
    },
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
  return mailServer;
}

/** One client's conversation. */
function converse(socket: Socket, server: MailServer): void {
  let rest = '';
  let inText = false;
  let mail: TakenMail = { from: '', to: [], raw: '' };
  /** True where the step was answered as usual. */
  const answer = (step: MailStep, line = ''): boolean => {
    const said = server.answers(step, line);
    if (said === 'drop') socket.destroy();
    else if (said !== 'silence') socket.write(`${said ?? USUAL[step]}\r\n`);
    return said === undefined;
  };
  const onLine = (line: string): void => {
    server.lines.push(line);
    const word = line.split(/[ :]/)[0]?.toUpperCase();
    if (word === 'EHLO') answer('EHLO', line);
    else if (word === 'AUTH') answer('AUTH', line);
    else if (word === 'MAIL') {
      mail = { from: line, to: [], raw: '' };
      answer('MAIL', line);
    } else if (word === 'RCPT') {
      if (answer('RCPT', line)) mail.to.push(line.slice('RCPT TO:<'.length, line.indexOf('>')));
    } else if (word === 'STARTTLS') socket.write('502 no\r\n');
    else if (word === 'DATA') inText = answer('DATA', line);
    else if (word === 'QUIT') socket.end('221 bye\r\n');
    else socket.write('250 ok\r\n');
  };
  answer('greeting');
  socket.on('data', (part: Buffer) => {
    rest += part.toString('utf8');
    for (;;) {
      const end = inText ? '\r\n.\r\n' : '\r\n';
      const at = rest.indexOf(end);
      if (at < 0) return;
      const got = rest.slice(0, at);
      rest = rest.slice(at + end.length);
      if (inText) {
        inText = false;
        mail.raw = got;
        if (answer('text', got)) server.taken.push(mail);
      } else onLine(got);
    }
  });
}
