import { Argument, type Command } from 'commander';
import { allowListList, deletedAllowList, oneAllowList } from '../answers/allow-lists.ts';
import { table } from '../output/table.ts';
import { handle } from '../session.ts';

const PATH = '/api/admin/allow-lists';

const pathOf = (scope: string, subject: string): string =>
  `${PATH}/${encodeURIComponent(scope)}/${encodeURIComponent(subject)}`;

const scopeArgument = (): Argument =>
  new Argument('<scope>', 'what it limits').choices(['role', 'key', 'operation']);

/** `bursar allow-list`: from which networks roles, keys and operations may be used. */
export function addAllowList(program: Command): void {
  const list = program
    .command('allow-list')
    .description('say from which networks roles, keys and operations may be used');
  addList(list);
  addSet(list);
  addRemove(list);
}

function addList(list: Command): void {
  handle(
    list.command('list').description('all lists; what has none may be used from anywhere'),
    ['bursar allow-list list'],
    async ({ out, client }) => {
      const answer = await client().get(allowListList, PATH);
      out.result(answer, () =>
        table(
          [{ title: 'SCOPE' }, { title: 'SUBJECT' }, { title: 'NETWORKS' }, { title: 'NOTE' }],
          answer.allowLists.map(({ scope, subject, cidrs, note }) => [
            scope,
            subject,
            cidrs.join(' '),
            note ?? '',
          ]),
          out.style.dim,
        ),
      );
    },
  );
}

interface Content {
  readonly note?: string;
  readonly force?: boolean;
}

function addSet(list: Command): void {
  const command = list
    .command('set')
    .description('set a list; it is in force within a second')
    .addArgument(scopeArgument())
    .argument('<subject>', 'a role, the id of a key, or a permission')
    .argument('<networks>', 'addresses and networks, separated by commas')
    .option('--note <text>', 'what it is for')
    .option('--force', 'set it although it shuts out the address you call from');
  handle<Content>(
    command,
    [
      'bursar allow-list set role admin 10.0.0.0/8,2001:db8::/32',
      'bursar allow-list set operation approve 192.0.2.7 --note "the office"',
    ],
    async ({ out, client }, { note, force }, [scope = '', subject = '', networks = '']) => {
      const cidrs = networks.split(',').map((network) => network.trim());
      const body = { cidrs, ...(note !== undefined && { note }), ...(force && { force }) };
      const answer = await client().put(oneAllowList, pathOf(scope, subject), { body });
      const { allowList } = answer;
      out.result(answer, () => `${scope} ${subject}: ${allowList.cidrs.join(' ')} alone.`);
    },
  );
}

function addRemove(list: Command): void {
  const command = list
    .command('remove')
    .description('delete a list, so that it limits nobody any more')
    .addArgument(scopeArgument())
    .argument('<subject>', 'a role, the id of a key, or a permission');
  handle(
    command,
    ['bursar allow-list remove role admin'],
    async ({ out, client }, _options, [scope = '', subject = '']) => {
      const answer = await client().delete(deletedAllowList, pathOf(scope, subject));
      out.result(answer, () => `${scope} ${subject} may be used from anywhere.`);
    },
  );
}
