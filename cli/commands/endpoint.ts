import { Option, type Command } from 'commander';
import { DELIVERY_STATES, EVENT_TYPES } from '../../domain/delivery.ts';
import {
  deliveryPage,
  endpointList,
  endpointWithSecret,
  oneEndpoint,
  replayedEvents,
  testedEndpoint,
} from '../answers/endpoints.ts';
import { usageError } from '../errors.ts';
import { idempotencyKey } from '../idempotency.ts';
import {
  moreText,
  withIdempotency,
  withPaging,
  type Idempotency,
  type Paging,
} from '../options.ts';
import { deliveryTable, endpointCard, endpointTable } from '../output/render-endpoint.ts';
import { handle, type Session } from '../session.ts';

const PATH = '/api/disbursement/webhook-endpoints';
const pathOf = (id: string, rest = '') => `${PATH}/${encodeURIComponent(id)}${rest}`;

/** `bursar endpoint`: where events about payments and batches are sent. */
export function addEndpoint(program: Command): void {
  const endpoint = program.command('endpoint').description('where events are sent, signed');
  addAdd(endpoint);
  addList(endpoint);
  addShow(endpoint);
  addRotate(endpoint);
  addSwitch(endpoint, 'enable', true);
  addSwitch(endpoint, 'disable', false);
  addTest(endpoint);
  addDeliveries(endpoint);
  addReplay(endpoint);
  addRemove(endpoint);
}

const one = (endpoint: Command, name: string, description: string): Command =>
  endpoint.command(name).description(description).argument('<id>', 'the endpoint');

const secretText = (secret: string, id: string): string =>
  `${secret}\n\nThis is the only time it is shown. Id: ${id}`;

interface Registration {
  readonly types?: string[];
  readonly description?: string;
}

function addAdd(endpoint: Command): void {
  const command = endpoint
    .command('add')
    .description('register an endpoint; its secret is shown this once')
    .argument('<url>', 'an https URL of the public Internet')
    .addOption(new Option('--types <type...>', 'only these; all unless told').choices(EVENT_TYPES))
    .option('--description <text>', 'what it is for');
  handle<Registration>(
    command,
    [
      'bursar endpoint add https://shop.example/events',
      'bursar endpoint add https://shop.example/paid --types payout.item.paid --json',
    ],
    async ({ out, client }, { types: eventTypes, description }, [url = '']) => {
      const answer = await client().post(endpointWithSecret, PATH, {
        body: { url, ...(eventTypes && { eventTypes }), ...(description && { description }) },
      });
      out.result(answer, () => secretText(answer.secret, answer.endpoint.id));
    },
  );
}

function addList(endpoint: Command): void {
  handle(
    endpoint.command('list').description('all endpoints, newest first'),
    ['bursar endpoint list'],
    async ({ out, client }) => {
      const answer = await client().get(endpointList, PATH);
      out.result(answer, () => endpointTable(answer.endpoints, out.style));
    },
  );
}

function addShow(endpoint: Command): void {
  handle(
    one(endpoint, 'show', 'one endpoint'),
    ['bursar endpoint show whe_…'],
    async ({ out, client }, _options, [id = '']) => {
      const answer = await client().get(oneEndpoint, pathOf(id));
      out.result(answer, () => endpointCard(answer.endpoint, out.style));
    },
  );
}

function addRotate(endpoint: Command): void {
  const command = one(endpoint, 'rotate', 'give an endpoint a new secret, shown this once').option(
    '--overlap <hours>',
    'so long the old secret signs beside it, 0 to 168; 24 unless told',
  );
  handle<{ readonly overlap?: string }>(
    command,
    ['bursar endpoint rotate whe_…', 'bursar endpoint rotate whe_… --overlap 0'],
    async ({ out, client }, { overlap }, [id = '']) => {
      const body = overlap === undefined ? {} : { overlapHours: Number(overlap) };
      const answer = await client().post(endpointWithSecret, pathOf(id, '/rotate-secret'), {
        body,
      });
      out.result(answer, () => secretText(answer.secret, id));
    },
  );
}

function addSwitch(endpoint: Command, name: string, enabled: boolean): void {
  const what = enabled
    ? 'send events again; what waited is due at once'
    : 'send nothing, and keep nothing for later';
  handle(
    one(endpoint, name, what),
    [`bursar endpoint ${name} whe_…`],
    async ({ out, client }, _options, [id = '']) => {
      const answer = await client().patch(oneEndpoint, pathOf(id), { body: { enabled } });
      out.result(answer, () => endpointCard(answer.endpoint, out.style));
    },
  );
}

function addTest(endpoint: Command): void {
  handle<Idempotency>(
    withIdempotency(one(endpoint, 'test', 'send it the event payout.test')),
    ['bursar endpoint test whe_…'],
    async ({ out, client }, options, [id = '']) => {
      const answer = await client().post(testedEndpoint, pathOf(id, '/test'), {
        idempotencyKey: idempotencyKey(out, options.idempotencyKey),
        body: {},
      });
      out.result(answer, () => `${answer.eventId} is on its way: bursar endpoint deliveries ${id}`);
    },
  );
}

interface Filter extends Paging {
  readonly status?: string;
  readonly type?: string;
}

function addDeliveries(endpoint: Command): void {
  const states = DELIVERY_STATES.map((state) => state.toLowerCase());
  const command = withPaging(one(endpoint, 'deliveries', 'what was sent and what came back'))
    .addOption(new Option('--status <state>', 'only these').choices(states))
    .option('--type <type>', 'only this type, like payout.item.paid');
  handle<Filter>(
    command,
    [
      'bursar endpoint deliveries whe_… --status given_up',
      'bursar endpoint deliveries whe_… --json',
    ],
    async ({ out, client }, { status, ...query }, [id = '']) => {
      const answer = await client().get(deliveryPage, pathOf(id, '/deliveries'), {
        query: { ...query, status: status?.toUpperCase() },
      });
      out.result(
        answer,
        () => deliveryTable(answer.deliveries, out.style) + moreText(answer.nextCursor),
      );
    },
  );
}

interface Replay extends Idempotency {
  readonly events?: string[];
  readonly from?: string;
  readonly to?: string;
  readonly failed?: boolean;
}

function addReplay(endpoint: Command): void {
  const command = withIdempotency(one(endpoint, 'replay', 'deliver events again'))
    .option('--events <id...>', 'these, at most 1000')
    .option('--from <time>', 'those that happened from then on, ISO 8601; with --to')
    .option('--to <time>', 'and before then')
    .option('--failed', 'all that were not taken at a try');
  handle<Replay>(
    command,
    ['bursar endpoint replay whe_… --failed', 'bursar endpoint replay whe_… --events evt_…'],
    (session, options, [id = '']) => replay(session, id, options),
  );
}

async function replay({ out, client }: Session, id: string, options: Replay): Promise<void> {
  const body = orderOf(options);
  const answer = await client().post(replayedEvents, pathOf(id, '/replay'), {
    idempotencyKey: idempotencyKey(out, options.idempotencyKey),
    body,
  });
  out.result(answer, () => `Events that are delivered again: ${answer.replayed}`);
}

function orderOf({ events, from, to, failed }: Replay): Record<string, unknown> {
  const orders = [
    ...(events ? [{ eventIds: events }] : []),
    ...(from === undefined && to === undefined ? [] : [{ from, to }]),
    ...(failed === true ? [{ failed }] : []),
  ];
  const [order] = orders;
  if (order && orders.length === 1) return order;
  throw usageError('Say which events.', 'Give one of --events, --from with --to, and --failed.');
}

function addRemove(endpoint: Command): void {
  handle(
    one(endpoint, 'remove', 'delete an endpoint; what waits for it is given up'),
    ['bursar endpoint remove whe_…'],
    async ({ out, client }, _options, [id = '']) => {
      const answer = await client().delete(oneEndpoint, pathOf(id));
      out.result(answer, () => `${answer.endpoint.id} gets nothing any more.`);
    },
  );
}
