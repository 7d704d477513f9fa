import { Option, type Command } from 'commander';
import { ROLES } from '../../domain/permissions.ts';
import { createdKey, keyList, revokedKey } from '../answers.ts';
import { table } from '../output/table.ts';
import { handle } from '../session.ts';

const PATH = '/api/admin/api-keys';

/** `bursar key`: the API's keys. */
export function addKey(program: Command): void {
  const key = program.command('key').description('make, list and revoke API keys');
  addCreate(key);
  addList(key);
  addRevoke(key);
}

interface Creation {
  readonly role: string;
  readonly expires?: string;
}

function addCreate(key: Command): void {
  const command = key
    .command('create')
    .description('make a key; its secret is shown this once')
    .argument('<name>', 'what it is for')
    .addOption(new Option('--role <role>', 'what it may do').choices(ROLES).makeOptionMandatory())
    .option('--expires <time>', 'until when it works, ISO 8601');
  handle<Creation>(
    command,
    ['bursar key create reports --role viewer', 'bursar key create approver --role manager --json'],
    async ({ out, client }, { role, expires }, [name = '']) => {
      const answer = await client().post(createdKey, PATH, {
        body: { name, role, ...(expires && { expiresAt: expires }) },
      });
      const { id, key: secret } = answer.apiKey;
      out.result(answer, () => `${secret}\n\nThis is the only time it is shown. Id: ${id}`);
    },
  );
}

function addList(key: Command): void {
  handle(
    key.command('list').description('all keys, without their secrets'),
    ['bursar key list'],
    async ({ out, client }) => {
      const answer = await client().get(keyList, PATH);
      out.result(answer, () =>
        table(
          [
            { title: 'ID' },
            { title: 'NAME' },
            { title: 'ROLE' },
            { title: 'KEY' },
            { title: 'LAST USED' },
            { title: '' },
          ],
          answer.apiKeys.map(({ id, name, role, prefix, lastUsedAt, revokedAt }) => [
            id,
            name,
            role,
            `${prefix}…`,
            lastUsedAt ?? 'never',
            revokedAt === null ? '' : out.style.warn(`revoked ${revokedAt}`),
          ]),
          out.style.dim,
        ),
      );
    },
  );
}

function addRevoke(key: Command): void {
  const command = key
    .command('revoke')
    .description('end a key; it stops working within a second')
    .argument('<id>', 'the key, by its id');
  handle(command, ['bursar key revoke key_…'], async ({ out, client }, _options, [id = '']) => {
    const answer = await client().delete(revokedKey, `${PATH}/${encodeURIComponent(id)}`);
    out.result(answer, () => `${answer.apiKey.name} is revoked.`);
  });
}
