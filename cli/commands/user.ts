import { Option, type Command } from 'commander';
import { ROLES } from '../../domain/permissions.ts';
import { newInvitation, newPerson, onePerson, people } from '../answers/people.ts';
import { askPassword } from '../ask.ts';
import type { ApiClient } from '../client.ts';
import { databaseUrlOf } from '../database.ts';
import { CliError } from '../errors.ts';
import { storeFirstUser } from '../first-user.ts';
import { moreText, withPaging, type Paging } from '../options.ts';
import { handle } from '../session.ts';

const PATH = '/api/admin/users';

/** `bursar user`: the people who sign in. */
export function addUser(program: Command): void {
  const user = program.command('user').description('make, list, freeze and invite people');
  addCreate(user);
  addList(user);
  addFreeze(user);
  addUnfreeze(user);
  addInvite(user);
}

interface Creation {
  readonly email: string;
  readonly name: string;
  readonly role: string;
  readonly passwordFile?: string;
}

function addCreate(user: Command): void {
  const command = user
    .command('create')
    .description('make a person; the first super_admin is stored straight in the database')
    .requiredOption('--email <address>', 'with which they sign in')
    .requiredOption('--name <name>', 'what they are called')
    .addOption(new Option('--role <role>', 'what they may do').choices(ROLES).makeOptionMandatory())
    .option('--password-file <file>', 'the password of the first super_admin; else asked for');
  const examples = [
    'bursar user create --email ann@example.com --name Ann --role super_admin',
    'bursar user create --email bob@example.com --name Bob --role manager',
  ];
  handle<Creation>(command, examples, async (session, { email, name, role, passwordFile }) => {
    const { out, client } = session;
    if (role === 'super_admin') {
      const databaseUrl = databaseUrlOf(session);
      const password = await askPassword(session, passwordFile, `Password for ${email}`);
      const id = await storeFirstUser(databaseUrl, { email, name, password });
      out.result({ user: { id, email, role } }, () => `${email} is super_admin: bursar sign-in`);
      return;
    }
    const answer = await client().post(newPerson, PATH, { body: { email, name, role } });
    out.result(answer, () => `${email} is made.\n${inviteText(answer.invite)}`);
  });
}

function addList(user: Command): void {
  const command = withPaging(user.command('list').description('people, newest first')).option(
    '--q <text>',
    'part of the e-mail address or the name',
  );
  handle<Paging & { q?: string }>(
    command,
    ['bursar user list', 'bursar user list --q ann'],
    async ({ out, client }, { limit, cursor, q }) => {
      const answer = await client().get(people, PATH, { query: { limit, cursor, q } });
      const lines = answer.users.map((one) => {
        const state = one.frozenAt === null ? '' : `  frozen: ${one.frozenReason ?? ''}`;
        return `${one.id}  ${one.role ?? 'no role'}  ${one.email}  ${one.name}${state}`;
      });
      out.result(answer, () => (lines.join('\n') || 'Nobody.') + moreText(answer.nextCursor));
    },
  );
}

const withPerson = (command: Command): Command =>
  command.argument('<person>', 'by id or e-mail address');

function addFreeze(user: Command): void {
  const command = withPerson(
    user.command('freeze').description('end the sessions of a person, and let them in no more'),
  ).requiredOption('--reason <text>', 'why');
  const examples = ["bursar user freeze ann@example.com --reason 'has left'"];
  handle<{ reason: string }>(command, examples, async ({ out, client }, { reason }, [who = '']) => {
    const path = await pathOf(client(), who);
    const answer = await client().patch(onePerson, path, { body: { frozen: true, reason } });
    out.result(answer, () => `${answer.user.email} is frozen.`);
  });
}

function addUnfreeze(user: Command): void {
  const command = withPerson(user.command('unfreeze').description('let a frozen person in again'));
  const examples = ['bursar user unfreeze ann@example.com'];
  handle(command, examples, async ({ out, client }, _options, [who = '']) => {
    const path = await pathOf(client(), who);
    const answer = await client().patch(onePerson, path, { body: { frozen: false } });
    out.result(answer, () => `${answer.user.email} may sign in again.`);
  });
}

function addInvite(user: Command): void {
  const command = withPerson(
    user.command('invite').description('a new invitation to set a password, shown this once'),
  );
  const examples = ['bursar user invite ann@example.com'];
  handle(command, examples, async ({ out, client }, _options, [who = '']) => {
    const path = `${await pathOf(client(), who)}/invite`;
    const answer = await client().post(newInvitation, path, { body: {} });
    out.result(answer, () => inviteText(answer.invite));
  });
}

const inviteText = ({ token, expiresAt }: { token: string; expiresAt: string }): string =>
  `Invitation, shown this once, good until ${expiresAt}:\n${token}`;

/** Finds a person by an e-mail address; an id is taken as it is. */
async function pathOf(client: ApiClient, who: string): Promise<string> {
  if (!who.includes('@')) return `${PATH}/${encodeURIComponent(who)}`;
  const { users } = await client.get(people, PATH, { query: { q: who } });
  const found = users.find(({ email }) => email.toLowerCase() === who.toLowerCase());
  if (found) return `${PATH}/${found.id}`;
  throw new CliError(`There is nobody with the e-mail address ${who}.`, {
    next: ['bursar user list'],
    code: 'not_found',
  });
}
