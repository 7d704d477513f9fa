import type { Command } from 'commander';
import { replayedWebhook, webhookPage, type WebhookEvent } from '../answers/webhooks.ts';
import { idempotencyKey } from '../idempotency.ts';
import {
  moreText,
  withIdempotency,
  withPaging,
  type Idempotency,
  type Paging,
} from '../options.ts';
import type { Style } from '../output/style.ts';
import { table } from '../output/table.ts';
import { handle } from '../session.ts';

const PATH = '/api/disbursement/webhook-events';

/** `bursar webhook`: the stored events of providers. */
export function addWebhook(program: Command): void {
  const webhook = program.command('webhook').description('stored events of providers');
  addList(webhook);
  addReplay(webhook);
}

interface Filter extends Paging {
  readonly provider?: string;
  readonly result?: string;
  readonly payment?: string;
}

function addList(webhook: Command): void {
  const command = withPaging(webhook.command('list').description('events, newest first'))
    .option('--provider <name>', 'only those of this provider')
    .option('--result <result>', 'applied, waiting, ignored, contradiction or unmatched')
    .option('--payment <id>', 'only those about this payment');
  handle<Filter>(
    command,
    ['bursar webhook list --provider mock', 'bursar webhook list --result contradiction --json'],
    async ({ out, client }, { payment, ...query }) => {
      const answer = await client().get(webhookPage, PATH, {
        query: { ...query, paymentId: payment },
      });
      out.result(
        answer,
        () => eventTable(answer.webhookEvents, out.style) + moreText(answer.nextCursor),
      );
    },
  );
}

function addReplay(webhook: Command): void {
  const command = withIdempotency(
    webhook
      .command('replay')
      .description('apply a stored event again, under the same guards as when it came')
      .argument('<provider>', 'who sent it')
      .argument('<event>', 'its id, as `webhook list` shows it'),
  );
  handle<Idempotency>(
    command,
    ['bursar webhook replay mock evt_…'],
    async ({ out, client }, options, [provider = '', event = '']) => {
      const path = `${PATH}/${encodeURIComponent(provider)}/${encodeURIComponent(event)}/replay`;
      const answer = await client().post(replayedWebhook, path, {
        idempotencyKey: idempotencyKey(out, options.idempotencyKey),
        body: {},
      });
      out.result(answer, () =>
        answer.result === 'waiting'
          ? 'It waits until its payment is looked up.'
          : `The event is ${answer.result}.`,
      );
    },
  );
}

function eventTable(events: readonly WebhookEvent[], style: Style): string {
  if (events.length === 0) return 'No events.';
  return table(
    [
      { title: 'RECEIVED' },
      { title: 'PROVIDER' },
      { title: 'EVENT' },
      { title: 'TYPE' },
      { title: 'RESULT' },
      { title: 'ABOUT' },
      { title: 'REPLAYS', right: true },
    ],
    events.map((event) => [
      event.receivedAt,
      event.provider,
      event.eventId,
      event.type,
      event.result === 'contradiction' ? style.bad(event.result) : event.result,
      event.paymentId ?? event.reference ?? '',
      String(event.replays),
    ]),
    style.dim,
  );
}
