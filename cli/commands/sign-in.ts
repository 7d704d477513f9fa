import type { Command } from 'commander';
import { callerSession } from '../answers/people.ts';
import { askPassword, askText } from '../ask.ts';
import { callAuth, type AuthAnswer } from '../auth-call.ts';
import { CliError } from '../errors.ts';
import { handle, type Session } from '../session.ts';
import { dropSession, keepSession, readSession, type StoredSession } from '../stored-session.ts';

const SESSION = '__Host-bursar_session';
const PENDING = '__Host-bursar_pending';

interface Proof {
  readonly email?: string;
  readonly passwordFile?: string;
  readonly code?: string;
}

/** `bursar sign-in`, `sign-out`, `step-up` and `whoami`: calls as a person. */
export function addSignIn(program: Command): void {
  addIn(program);
  addOut(program);
  addStepUp(program);
  addWhoami(program);
}

function addIn(program: Command): void {
  const command = program
    .command('sign-in')
    .description('sign in as a person; later commands call as that person')
    .option('--email <address>', 'who signs in; asked for unless given')
    .option('--password-file <file>', 'the password; asked for unless given')
    .option('--code <digits>', 'the code of the authenticator; asked for where it is needed');
  const examples = ['bursar sign-in', 'bursar sign-in --email ann@example.com --code 123456'];
  handle<Proof>(command, examples, async (session, given) => {
    const url = session.address();
    const email = given.email ?? (await askText(session, 'E-mail address', 'Give --email.'));
    const password = await askPassword(session, given.passwordFile, 'Password');
    let answer = await callAuth(url, 'sign-in', { body: { email, password } });
    if (answer.refused?.code === 'second_factor_required') {
      const code = given.code ?? (await askText(session, 'Code', 'Give --code.'));
      const body = /^\d{6}$/.test(code) ? { code } : { recoveryCode: code };
      const cookie = answer.cookies.get(PENDING);
      answer = await callAuth(url, 'sign-in/second-factor', { cookie, body });
    }
    keep(session, answer, { url, email });
    session.out.result({ signedIn: true, email }, () => `Signed in as ${email}.`);
  });
}

function addOut(program: Command): void {
  const command = program.command('sign-out').description('end the session of bursar sign-in');
  handle(command, ['bursar sign-out'], async (session) => {
    const url = session.address();
    const stored = readSession(session.dataDir, url);
    if (stored) await callAuth(url, 'sign-out', { cookie: stored.cookie });
    dropSession(session.dataDir);
    session.out.result({ signedIn: false }, () => 'Signed out.');
  });
}

function addStepUp(program: Command): void {
  const command = program
    .command('step-up')
    .description('prove again who you are, for sensitive commands of the next five minutes')
    .option('--password-file <file>', 'the password; asked for unless given')
    .option('--code <digits>', 'the code of the authenticator, for those who have one');
  const examples = ['bursar step-up', 'bursar step-up --code 123456'];
  handle<Proof>(command, examples, async (session, given) => {
    const url = session.address();
    const stored = readSession(session.dataDir, url);
    if (!stored) throw notSignedIn();
    const { code, passwordFile } = given;
    const body =
      code === undefined
        ? { password: await askPassword(session, passwordFile, 'Password') }
        : { code };
    let answer = await callAuth(url, 'step-up', { cookie: stored.cookie, body });
    if (answer.refused?.code === 'second_factor_required') {
      const typed = await askText(session, 'Code', 'Give --code.');
      answer = await callAuth(url, 'step-up', { cookie: stored.cookie, body: { code: typed } });
    }
    keep(session, answer, stored);
    session.out.result({ proved: true }, () => 'Proved; sensitive commands work for five minutes.');
  });
}

function addWhoami(program: Command): void {
  const command = program.command('whoami').description('who calls, with which role');
  handle(command, ['bursar whoami'], async ({ out, client }) => {
    const answer = await client().get(callerSession, '/api/auth/session');
    const { name, kind, role, expiresAt } = answer.session;
    const end = expiresAt === null ? '' : `, signed in until ${expiresAt}`;
    out.result(answer, () => `${name} (${kind}), ${role}${end}`);
  });
}

function keep(session: Session, answer: AuthAnswer, who: Omit<StoredSession, 'cookie'>): void {
  if (answer.refused) throw answer.refused;
  const cookie = answer.cookies.get(SESSION);
  if (cookie === undefined) throw notSignedIn();
  keepSession(session.dataDir, { url: who.url, email: who.email, cookie });
}

const notSignedIn = (): CliError =>
  new CliError('Nobody is signed in here.', { next: ['bursar sign-in'], code: 'not_signed_in' });
