import { Argument, Option, type Command } from 'commander';
import { ROLES } from '../../domain/permissions.ts';
import { onePerson, personPage, roleChangePage } from '../answers/roles.ts';
import { moreText, withPaging, type Paging } from '../options.ts';
import { peopleTable, roleChangeTable } from '../output/render-role.ts';
import { handle } from '../session.ts';

const PATH = '/api/admin/affiliate/payouts/role-management';

/** `bursar role`: what the people of an installation may do. */
export function addRole(program: Command): void {
  const role = program.command('role').description('who may do what: list, grant and revoke roles');
  addList(role);
  addGrant(role);
  addRevoke(role);
  addHistory(role);
}

interface Filter extends Paging {
  readonly role?: string;
  readonly search?: string;
}

function addList(role: Command): void {
  const command = withPaging(role.command('list').description('people and their roles'))
    .addOption(new Option('--role <role>', 'only those who have it').choices(ROLES))
    .option('--search <text>', 'a part of the name or the e-mail address');
  handle<Filter>(
    command,
    ['bursar role list', 'bursar role list --role admin'],
    async ({ out, client }, { search: q, ...query }) => {
      const answer = await client().get(personPage, `${PATH}/users`, { query: { ...query, q } });
      out.result(answer, () => peopleTable(answer.users, out.style) + moreText(answer.nextCursor));
    },
  );
}

interface Reason {
  readonly reason?: string;
}

const withReason = (command: Command): Command =>
  command.option('--reason <text>', 'why; it stands in the history');

function addGrant(role: Command): void {
  const command = withReason(
    role
      .command('grant')
      .description('give somebody a role below your own')
      .argument('<user>', 'the person, by their id')
      .addArgument(new Argument('<role>', 'what they may do').choices(ROLES)),
  );
  handle<Reason>(
    command,
    [
      'bursar role grant usr_… operator',
      'bursar role grant usr_… manager --reason "holiday cover"',
    ],
    async ({ out, client }, { reason }, [userId = '', wanted = '']) => {
      const answer = await client().post(onePerson, `${PATH}/assign`, {
        body: { userId, role: wanted, ...(reason && { reason }) },
      });
      out.result(answer, () => `${answer.user.email} is ${wanted} now.`);
    },
  );
}

function addRevoke(role: Command): void {
  const command = withReason(
    role
      .command('revoke')
      .description('take somebody’s role away; they can do nothing within a second')
      .argument('<user>', 'the person, by their id'),
  );
  handle<Reason>(
    command,
    ['bursar role revoke usr_… --reason "left the company"'],
    async ({ out, client }, { reason }, [userId = '']) => {
      const answer = await client().post(onePerson, `${PATH}/revoke`, {
        body: { userId, ...(reason && { reason }) },
      });
      out.result(answer, () => `${answer.user.email} has no role now.`);
    },
  );
}

function addHistory(role: Command): void {
  const command = withPaging(
    role
      .command('history')
      .description('every role that somebody had')
      .argument('<user>', 'the person, by their id'),
  );
  handle<Paging>(
    command,
    ['bursar role history usr_…'],
    async ({ out, client }, query, [userId = '']) => {
      const path = `${PATH}/users/${encodeURIComponent(userId)}/history`;
      const answer = await client().get(roleChangePage, path, { query: { ...query } });
      out.result(
        answer,
        () => roleChangeTable(answer.changes, out.style) + moreText(answer.nextCursor),
      );
    },
  );
}
