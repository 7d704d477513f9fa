import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestStack, type TestStack } from '../support/test-stack.ts';
import { bursarOn, expectExit, jsonOf, type Ended } from './bursar.ts';

let stack: TestStack;
let run: ReturnType<typeof bursarOn>;

beforeAll(async () => {
  stack = await startTestStack();
  run = bursarOn(stack);
});
afterAll(() => stack.stop());

const at = (ended: Ended, ...path: string[]): unknown =>
  path.reduce<unknown>((value, name) => Reflect.get(Object(value), name), jsonOf(ended));

test('a schedule is made, shown, paused, resumed, triggered, replayed and deleted', async () => {
  const pays = 'schedule create --every week --weekday 5 --currency USD --starts-on 2026-01-01';
  const how = '--at 10:30 --zone Europe/Berlin --mode run_below --limit 500.00 --json';
  const made = await run(...`${pays} ${how}`.split(' '));
  expectExit(made, 0);
  expect(at(made, 'schedule')).toMatchObject({
    frequency: 'week',
    weekday: 5,
    timeOfDay: '10:30',
    zone: 'Europe/Berlin',
    limitAmount: 50_000,
  });
  const id = String(at(made, 'schedule', 'id'));
  const shown = await run('schedule', 'show', id);
  expect(shown.stdout).toMatch(/run_below 500\.00 USD|run_below USD 500\.00/);
  expect(shown.stdout).toContain('week on Friday at 10:30 in Europe/Berlin');
  expect(shown.stdout.match(/week\/\d{4}-/g)).toHaveLength(5);
  expect((await run('schedule', 'list', '--programme', 'default')).stdout).toContain(id);

  const paused = await run('schedule', 'pause', id, '--reason', 'closed', '--json');
  expect(at(paused, 'schedule', 'paused')).toBe(true);
  const resumed = await run('schedule', 'resume', id, '--reason', 'open', '--json');
  expect(at(resumed, 'schedule', 'paused')).toBe(false);

  const span = ['--from', '2026-01-05', '--to', '2026-01-11'];
  const replayed = await run('backfill', '--schedule', id, ...span, '--wait', '--json');
  expectExit(replayed, 0);
  expect(at(replayed, 'backfill')).toMatchObject({ status: 'DONE', periods: 7, batches: 0 });
  const whole = await run('backfill', '--programme', 'default', ...span, '--wait');
  expectExit(whole, 0);
  expect(whole.stdout).toContain('0 periods were made');
  expect((await run('schedule', 'runs', id)).stdout).toContain('week/2026-01-11');
  expectExit(await run('schedule', 'trigger', id), 0);
  expectExit(await run('schedule', 'delete', id), 0);
  expectExit(await run('schedule', 'show', id), 1);
});

test('what makes no sense is said before or by the API', async () => {
  const span = ['--from', '2026-01-05', '--to', '2026-01-11'];
  expectExit(await run('backfill', ...span), 2);
  expectExit(await run('backfill', '--programme', 'nobody', ...span), 2);
  expectExit(await run('schedule', 'list', '--programme', 'nobody'), 2);
  expectExit(await run('schedule', 'create', '--every', 'day'), 2);
  const wrong = await run(
    'schedule',
    'create',
    '--every',
    'day',
    '--currency',
    'USD',
    '--zone',
    'x',
  );
  expectExit(wrong, 2);
  expect(wrong.stderr).toContain('zone');
});
