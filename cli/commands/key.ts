import { Option, type Command } from 'commander';
import { PERMISSIONS, ROLES } from '../../domain/permissions.ts';
import { createdKey, keyList, oneKey } from '../answers.ts';
import { usageError } from '../errors.ts';
import { keyTable, newKeyText } from '../output/render-key.ts';
import { handle } from '../session.ts';

const PATH = '/api/admin/api-keys';
const pathOf = (id: string, rest = '') => `${PATH}/${encodeURIComponent(id)}${rest}`;

/** `bursar key`: the API's keys. */
export function addKey(program: Command): void {
  const key = program.command('key').description('make, list, change, rotate and revoke API keys');
  addCreate(key);
  addList(key);
  addUpdate(key);
  addRotate(key);
  addRevoke(key);
}

/** What a key may be held to. */
interface Limits {
  readonly scope?: string[];
  readonly cidr?: string[];
  readonly expires?: string;
}

const withLimits = (command: Command): Command =>
  command
    .addOption(
      new Option('--scope <permission...>', 'what alone it may use of its role').choices(
        PERMISSIONS,
      ),
    )
    .option('--cidr <network...>', 'the networks that it works from, like 203.0.113.0/24')
    .option('--expires <time>', 'until when it works, ISO 8601');

const limitsOf = ({ scope, cidr, expires }: Limits) => ({
  ...(scope && { scopes: scope }),
  ...(cidr && { cidrs: cidr }),
  ...(expires && { expiresAt: expires }),
});

interface Creation extends Limits {
  readonly role: string;
}

function addCreate(key: Command): void {
  const command = withLimits(
    key
      .command('create')
      .description('make a key; its secret is shown this once')
      .argument('<name>', 'what it is for')
      .addOption(
        new Option('--role <role>', 'what it may do').choices(ROLES).makeOptionMandatory(),
      ),
  );
  handle<Creation>(
    command,
    [
      'bursar key create reports --role viewer',
      'bursar key create import --role operator --scope create view --cidr 203.0.113.0/24',
    ],
    async ({ out, client }, { role, ...limits }, [name = '']) => {
      const body = { name, role, ...limitsOf(limits) };
      const answer = await client().post(createdKey, PATH, { body });
      out.result(answer, () => newKeyText(answer.apiKey));
    },
  );
}

function addList(key: Command): void {
  handle(
    key.command('list').description('all keys, without their secrets'),
    ['bursar key list'],
    async ({ out, client }) => {
      const answer = await client().get(keyList, PATH);
      out.result(answer, () => keyTable(answer.apiKeys, out.style));
    },
  );
}

interface Update extends Limits {
  readonly name?: string;
}

function addUpdate(key: Command): void {
  const command = withLimits(
    key
      .command('update')
      .description('rename a key, set its networks, take scopes away or let it end earlier')
      .argument('<id>', 'the key, by its id')
      .option('--name <name>', 'what it is for'),
  );
  handle<Update>(
    command,
    ['bursar key update key_… --cidr 203.0.113.0/24', 'bursar key update key_… --scope view'],
    async ({ out, client }, { name, ...limits }, [id = '']) => {
      const body = { ...(name && { name }), ...limitsOf(limits) };
      if (Object.keys(body).length === 0)
        throw usageError('Say what changes.', 'Give --name, --cidr, --scope or --expires.');
      const answer = await client().patch(oneKey, pathOf(id), { body });
      out.result(answer, () => `${answer.apiKey.name} is changed.`);
    },
  );
}

interface Rotation {
  readonly overlap?: string;
  readonly expires?: string;
}

function addRotate(key: Command): void {
  const command = key
    .command('rotate')
    .description('give a key a new secret, shown this once')
    .argument('<id>', 'the key, by its id')
    .option('--overlap <seconds>', 'so long the old one works beside it; a day unless told')
    .option('--expires <time>', 'until when the new one works; as the old one unless told');
  handle<Rotation>(
    command,
    ['bursar key rotate key_…', 'bursar key rotate key_… --overlap 0'],
    async ({ out, client }, { overlap, expires }, [id = '']) => {
      const answer = await client().post(createdKey, pathOf(id, '/rotate'), {
        body: {
          ...(overlap !== undefined && { overlapSeconds: Number(overlap) }),
          ...(expires && { expiresAt: expires }),
        },
      });
      out.result(answer, () => newKeyText(answer.apiKey));
    },
  );
}

function addRevoke(key: Command): void {
  const command = key
    .command('revoke')
    .description('end a key; it stops working within a second')
    .argument('<id>', 'the key, by its id');
  handle(command, ['bursar key revoke key_…'], async ({ out, client }, _options, [id = '']) => {
    const answer = await client().delete(oneKey, pathOf(id));
    out.result(answer, () => `${answer.apiKey.name} is revoked.`);
  });
}
