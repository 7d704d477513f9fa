import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { backfillAnswer, begunWorkflow, type Backfill } from '../answers/schedules.ts';
import type { ApiClient } from '../client.ts';
import { usageError } from '../errors.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { idempotencyKey } from '../idempotency.ts';
import { withIdempotency, type Idempotency } from '../options.ts';
import { PROGRAMME, programmeIdOf } from '../programme-id.ts';
import { handle, type Session } from '../session.ts';

const BASE = '/api/disbursement';
const LOOK_EVERY_MS = 500;

interface Options extends Idempotency {
  readonly schedule?: string;
  readonly programme?: string;
  readonly from: string;
  readonly to: string;
  readonly wait?: boolean;
}

/** `bursar backfill`: the batches of days that were, as they would have been made then. */
export function addBackfill(program: Command): void {
  const command = withIdempotency(
    program
      .command('backfill')
      .description(
        'propose the batches of a span as they would have been made then; sends nothing',
      ),
  )
    .option('--schedule <id>', 'one schedule')
    .option(PROGRAMME, 'all schedules of a programme, in the order of their runs')
    .requiredOption('--from <day>', 'the first day, like 2026-01-01')
    .requiredOption('--to <day>', 'the last day, today or before')
    .option('--wait', 'follow it to its end; exit 0 done, 1 failed');
  handle<Options>(
    command,
    [
      'bursar backfill --programme main --from 2026-01-01 --to 2026-01-31 --wait',
      'bursar backfill --schedule sch_… --from 2026-01-01 --to 2026-01-31',
    ],
    run,
  );
}

async function run(session: Session, options: Options): Promise<ExitCode> {
  const { schedule, programme, from, to, wait } = options;
  if ((schedule === undefined) === (programme === undefined))
    throw usageError('Name a schedule or a programme.', 'Give --schedule or --programme.');
  const client = session.client();
  const common = { idempotencyKey: idempotencyKey(session.out, options.idempotencyKey) };
  const subjectId = schedule ?? (await programmeIdOf(client, programme ?? ''));
  const begun =
    schedule === undefined
      ? await client.post(begunWorkflow, `${BASE}/backfills`, {
          ...common,
          body: { programmeId: subjectId, from, to },
        })
      : await client.post(
          begunWorkflow,
          `${BASE}/schedules/${encodeURIComponent(schedule)}/backfill`,
          { ...common, body: { from, to } },
        );
  if (wait !== true) {
    session.out.result(begun, () => 'It has begun; nothing of it is sent before it is approved.');
    return EXIT.ok;
  }
  const ended = await untilEnded(client, subjectId);
  session.out.result({ backfill: ended }, () =>
    ended.status === 'DONE'
      ? `${ended.periods ?? 0} periods were made, ${ended.batches ?? 0} of them with a batch.`
      : 'The backfill failed; its workflow says why. Repeating it is safe.',
  );
  return ended.status === 'DONE' ? EXIT.ok : EXIT.failed;
}

async function untilEnded(client: ApiClient, subjectId: string): Promise<Backfill> {
  for (;;) {
    const { backfill } = await client.get(backfillAnswer, `${BASE}/backfills/${subjectId}`);
    if (backfill.status !== 'RUNNING') return backfill;
    await sleep(LOOK_EVERY_MS);
  }
}
