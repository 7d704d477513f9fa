import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { gaugesOf, keepThemeFresh } from '../../api/gauges/theme.ts';

/** A theme of one gauge, and what is served of it. */
function themeOf(read: () => Promise<number>) {
  const registry = new Registry();
  const gauge = gaugesOf(registry)('bursar_of_a_test', 'A gauge.');
  const theme = keepThemeFresh({
    name: 'test',
    everyMs: 0,
    gauges: [gauge],
    async read() {
      const value = await read();
      return () => gauge.set(value);
    },
  });
  const told = async () => {
    const line = (await registry.metrics()).split('\n').find((text) => text.startsWith('bursar_'));
    return [theme.readable, line];
  };
  return { theme, told };
}

test('what was never read is not told, and is not told to be zero', async () => {
  const { theme, told } = themeOf(() => new Promise(() => {}));
  void theme.refresh();
  expect(await told()).toEqual([false, undefined]);
});

test('what was read is told until it cannot be read again', async () => {
  let reading = Promise.resolve(7);
  const { theme, told } = themeOf(() => reading);
  await theme.refresh();
  expect(await told()).toEqual([true, 'bursar_of_a_test 7']);
  reading = Promise.reject(new Error('away'));
  await theme.refresh();
  expect(await told()).toEqual([false, undefined]);
});

test('many who ask at once have it read once', async () => {
  let reads = 0;
  const { theme } = themeOf(() => Promise.resolve((reads += 1)));
  await Promise.all([theme.refresh(), theme.refresh(), theme.refresh()]);
  expect(reads).toBe(1);
});
