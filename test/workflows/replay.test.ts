import { readdirSync, readFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { DeterminismViolationError } from '@temporalio/workflow';
import { Worker } from '@temporalio/worker';
import { beforeAll, expect, test } from 'vitest';
import { makeSealingCodec } from '../../temporal/codec.ts';
import { bundle } from '../../worker/bundle.ts';

const folder = path.join(import.meta.dirname, '../histories');
const recorded = readdirSync(folder).filter((file) => file.endsWith('.json'));
let code: string;
let sealedCode: string;

beforeAll(async () => {
  code = await bundle();
  sealedCode = await bundle({ sealFailures: true });
});

const read = (file: string): string => readFileSync(path.join(folder, file), 'utf8');
/** A workflow's code may ask for its own id; those of batches stand for all that are not named here. */
const WORKFLOW_IDS: Readonly<Record<string, string>> = {
  'resolved.json': 'resolve/recorded',
  'sweep.json': 'sweep',
  'delivered.json': 'deliver/recorded',
  'calculated.json': 'calculate/recorded',
  'backfilled.json': 'backfill/recorded',
  'schedule-run.json': 'payout/recorded',
  'exported.json': 'export/recorded',
};
const workflowIdOf = (file: string): string => WORKFLOW_IDS[file] ?? 'batch/recorded';

test('there are histories of every path: paid, paused, cancelled, lost answers, retries, parked, delivered, sweep, earnings, exported', () => {
  expect(recorded.length).toBeGreaterThanOrEqual(14);
});

test.each(recorded)('the recorded history %s replays on this code', async (file) => {
  await expect(
    Worker.runReplayHistory(
      { workflowBundle: { code } },
      JSON.parse(read(file)),
      workflowIdOf(file),
    ),
  ).resolves.toBeUndefined();
});

test.each(recorded)(
  '%s replays where failures and payloads are encrypted from now on',
  async (file) => {
    const codec = makeSealingCodec({ keys: [{ id: 'c1', key: randomBytes(32) }] });
    const history: unknown = JSON.parse(read(file));
    await expect(
      Worker.runReplayHistory(
        { workflowBundle: { code: sealedCode }, dataConverter: { payloadCodecs: [codec] } },
        history,
        workflowIdOf(file),
      ),
    ).resolves.toBeUndefined();
  },
);

test.each([
  ['another activity', '"name":"planSlices"', '"name":"planChunks"'],
  ['an activity less', '"name":"releaseSlot"', '"name":"closeBatch"'],
])('the gate catches workflow code that no longer does the same: %s', async (_name, was, is) => {
  const changed = read('paid.json').replace(was, is);
  expect(changed).not.toBe(read('paid.json'));
  await expect(
    Worker.runReplayHistory({ workflowBundle: { code } }, JSON.parse(changed), 'batch/recorded'),
  ).rejects.toThrow(DeterminismViolationError);
});
