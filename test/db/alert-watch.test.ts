import { expect, test, vi } from 'vitest';
import { startAlertWatch } from '../../db/alerts/watch.ts';
import { MEASURES, QUICK_MEASURES } from '../../domain/alerts/measures.ts';
import { useAlertStage } from '../support/alert-stage.ts';

const stage = useAlertStage();
const PATIENT = { timeout: 20_000, interval: 20 };

test('an API and two workers together tell each thing once, and go on when one of them ends', async () => {
  const ruleId = await stage.rule({ channels: ['log', 'mail:ops@example.com'] });
  const senses = { temporal: () => Promise.resolve(stage.temporal) };
  const pace = { tickMs: 20, everySeconds: 0.05 };
  const { log, mailer } = stage;
  const api = startAlertWatch({ db: stage.api, log, senses, mailer, measures: MEASURES, pace });
  const workers = [1, 2].map(() =>
    startAlertWatch({ db: stage.worker, log, senses, mailer, measures: QUICK_MEASURES, pace }),
  );
  const told = () => stage.lines.map((line) => line['alert']);
  try {
    stage.temporal.worker = false;
    await vi.waitFor(() => expect(told()).toEqual(['firing']), PATIENT);
    await vi.waitFor(() => expect(stage.server.taken).toHaveLength(1), PATIENT);
    for (const worker of workers) await worker.stop();
    stage.temporal.worker = true;
    await vi.waitFor(() => expect(told()).toEqual(['firing', 'resolved']), PATIENT);
    await vi.waitFor(() => expect(stage.server.taken).toHaveLength(2), PATIENT);
  } finally {
    await Promise.all([api, ...workers].map((watch) => watch.stop()));
  }
  expect((await stage.noticesOf(ruleId)).map(({ word, status }) => `${word} ${status}`)).toEqual([
    'firing SENT',
    'firing SENT',
    'resolved SENT',
    'resolved SENT',
  ]);
  expect(told()).toHaveLength(2);
});
