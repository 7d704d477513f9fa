import type { Command } from 'commander';
import { begunWorkflow, oneSchedule, runPage, schedulePage } from '../answers/schedules.ts';
import { usageError } from '../errors.ts';
import { idempotencyKey } from '../idempotency.ts';
import { minorUnitsOf } from '../money.ts';
import {
  moreText,
  withIdempotency,
  withPaging,
  type Idempotency,
  type Paging,
} from '../options.ts';
import { runTable, scheduleCard, scheduleTable } from '../output/render-schedule.ts';
import { PROGRAMME, programmeIdOf } from '../programme-id.ts';
import { handle } from '../session.ts';

const PATH = '/api/disbursement/schedules';
const pathOf = (id: string) => `${PATH}/${encodeURIComponent(id)}`;

/** `bursar schedule`: when batches are made by themselves. */
export function addSchedule(program: Command): void {
  const schedule = program
    .command('schedule')
    .description('when batches of a programme are made by themselves');
  addCreate(schedule);
  addList(schedule);
  addShow(schedule);
  addRuns(schedule);
  addPause(schedule);
  addTrigger(schedule);
  addDelete(schedule);
}

interface Creation extends Idempotency {
  readonly every: string;
  readonly currency: string;
  readonly programme?: string;
  readonly weekday?: string;
  readonly monthDay?: string;
  readonly anchor?: string;
  readonly at?: string;
  readonly zone?: string;
  readonly calendar?: string;
  readonly shift?: string;
  readonly cutoff?: string;
  readonly provider?: string;
  readonly mode?: string;
  readonly limit?: string;
  readonly startsOn?: string;
}

function addCreate(schedule: Command): void {
  const command = withIdempotency(
    schedule.command('create').description('have batches made by themselves'),
  )
    .requiredOption('--every <frequency>', 'day, week, fortnight or month')
    .requiredOption('--currency <code>', 'like USD')
    .option(PROGRAMME, 'of which programme; the default one where left out')
    .option('--weekday <n>', '1 (Monday) to 7, for payees whose rule names none')
    .option('--month-day <n>', '1 to 31, for payees whose rule names none')
    .option('--anchor <day>', 'a day in the first fortnight')
    .option('--at <time>', 'local time of day, like 09:00')
    .option('--zone <zone>', "like Europe/Berlin; the programme's where left out")
    .option('--calendar <name>', 'a holiday calendar')
    .option('--shift <where>', 'next, previous or none: where a day is no business day')
    .option('--cutoff <time>', 'when the provider takes no more that day')
    .option('--provider <name>', 'who moves the money')
    .option('--mode <mode>', 'propose, run_below or run')
    .option('--limit <amount>', 'for run_below, in major units')
    .option('--starts-on <day>', 'the first day; today where left out');
  handle<Creation>(
    command,
    [
      'bursar schedule create --every week --weekday 5 --currency USD --at 09:00 --zone Europe/Berlin',
      'bursar schedule create --every day --currency USD --mode run_below --limit 5000.00',
    ],
    async ({ out, client }, options) => {
      const api = client();
      const programmeId = await programmeIdOf(api, options.programme);
      const answer = await api.post(oneSchedule, PATH, {
        idempotencyKey: idempotencyKey(out, options.idempotencyKey),
        body: { ...bodyOf(options), programmeId },
      });
      out.result(answer, () => scheduleCard(answer.schedule, out.style));
    },
  );
}

/** What was given, by the API's names. */
function bodyOf(options: Creation): Record<string, unknown> {
  const { every, currency, limit, weekday, monthDay } = options;
  const given = {
    frequency: every,
    currency,
    weekday: weekday === undefined ? undefined : wholeOf('--weekday', weekday),
    monthDay: monthDay === undefined ? undefined : wholeOf('--month-day', monthDay),
    anchor: options.anchor,
    timeOfDay: options.at,
    zone: options.zone,
    calendar: options.calendar,
    shift: options.shift,
    cutoffTime: options.cutoff,
    provider: options.provider,
    mode: options.mode,
    limitAmount: limit === undefined ? undefined : minorUnitsOf(limit, currency),
    startsOn: options.startsOn,
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

function wholeOf(flag: string, text: string): number {
  if (!/^\d{1,2}$/.test(text)) throw usageError(`${flag} takes a number.`, `Not ${text}.`);
  return Number(text);
}

function addList(schedule: Command): void {
  const command = withPaging(
    schedule.command('list').description('schedules with the next run of each'),
  ).option(PROGRAMME, 'only those of this programme');
  handle<Paging & { readonly programme?: string }>(
    command,
    ['bursar schedule list'],
    async ({ out, client }, { programme, ...paging }) => {
      const api = client();
      const programmeId = await programmeIdOf(api, programme);
      const answer = await api.get(schedulePage, PATH, { query: { ...paging, programmeId } });
      out.result(
        answer,
        () => scheduleTable(answer.schedules, out.style) + moreText(answer.nextCursor),
      );
    },
  );
}

const withId = (command: Command): Command => command.argument('<schedule>', 'the schedule');

function addShow(schedule: Command): void {
  const command = withId(
    schedule.command('show').description('one schedule with its next five runs'),
  );
  handle(command, ['bursar schedule show sch_…'], async ({ out, client }, _options, [id = '']) => {
    const answer = await client().get(oneSchedule, pathOf(id));
    out.result(answer, () => scheduleCard(answer.schedule, out.style));
  });
}

function addRuns(schedule: Command): void {
  const command = withPaging(
    withId(schedule.command('runs').description('what became of its periods, the latest first')),
  );
  handle<Paging>(
    command,
    ['bursar schedule runs sch_… --limit 10'],
    async ({ out, client }, paging, [id = '']) => {
      const answer = await client().get(runPage, `${pathOf(id)}/runs`, { query: { ...paging } });
      out.result(answer, () => runTable(answer.runs, out.style) + moreText(answer.nextCursor));
    },
  );
}

function addPause(schedule: Command): void {
  const verbs = {
    pause: 'run nothing until it is resumed',
    resume: 'go on, and make up for what was missed within the catch-up hours',
  };
  for (const [verb, description] of Object.entries(verbs)) {
    const command = withId(schedule.command(verb).description(description)).requiredOption(
      '--reason <text>',
      'why',
    );
    handle<{ readonly reason: string }>(
      command,
      [`bursar schedule ${verb} sch_… --reason "the bank is closed"`],
      async ({ out, client }, { reason }, [id = '']) => {
        const answer = await client().post(oneSchedule, `${pathOf(id)}/${verb}`, {
          body: { reason },
        });
        out.result(answer, () => scheduleCard(answer.schedule, out.style));
      },
    );
  }
}

function addTrigger(schedule: Command): void {
  const command = withIdempotency(
    withId(schedule.command('trigger').description('run what is due now, or one period')),
  ).option('--period <name>', 'one period up to today, like week/2026-11-23');
  handle<Idempotency & { readonly period?: string }>(
    command,
    ['bursar schedule trigger sch_…', 'bursar schedule trigger sch_… --period day/2026-11-23'],
    async ({ out, client }, { period, idempotencyKey: key }, [id = '']) => {
      const answer = await client().post(begunWorkflow, `${pathOf(id)}/trigger`, {
        idempotencyKey: idempotencyKey(out, key),
        body: period === undefined ? {} : { period },
      });
      out.result(answer, () => `It has begun.\nNext: bursar schedule runs ${id}`);
    },
  );
}

function addDelete(schedule: Command): void {
  const command = withId(schedule.command('delete').description('run no more; what it made stays'));
  handle(
    command,
    ['bursar schedule delete sch_…'],
    async ({ out, client }, _options, [id = '']) => {
      const answer = await client().delete(oneSchedule, pathOf(id));
      out.result(answer, () => `Schedule ${answer.schedule.id} is deleted.`);
    },
  );
}
