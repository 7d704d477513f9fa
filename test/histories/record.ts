import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { createServer } from 'node:http';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { exportWorkflowId } from '../../domain/ids.ts';
import { startStack } from '../../stack/index.ts';
import {
  callerOf,
  importPayees,
  makeBatch,
  payOut,
  setFaults,
  untilBatch,
  type Caller,
} from '../support/payout.ts';

import { playEarnings } from './play-earnings.ts';
import { platformOf, type Platform } from '../support/platform.ts';
import { temporalCommand } from '../support/temporal-command.ts';

/**
 * Records the histories that `replay.test.ts` replays: run it for each release, and keep the old
 * files, since workflows of old releases may still run. `node --import tsx test/histories/record.ts`,
 * with the names of single paths where not all are wanted.
 */
const wanted = process.argv.slice(2);
const isWanted = (name: string) => wanted.length === 0 || wanted.includes(name);
const projectDir = path.resolve(import.meta.dirname, '../..');
const dataDir = mkdtempSync(path.join(tmpdir(), 'bursar-record-'));
const stack = await startStack({ dataDir, log: () => {} });
try {
  const { apiUrl, apiKey, simulatorUrl, temporalAddress, temporalNamespace } = stack.info;
  const temporal = await temporalCommand({ temporalAddress, namespace: temporalNamespace });
  const caller = callerOf({ apiUrl, apiKey });
  const platform = platformOf({ apiUrl, apiKey, temporalAddress, namespace: temporalNamespace });
  const recorded = await playAll(caller, platform, simulatorUrl);
  if (isWanted('sweep')) recorded.push(['sweep', lastSweep(temporal)]);
  for (const [name, workflowId] of recorded) {
    if (!isWanted(name)) continue;
    const show = [...temporal.args('workflow', 'show'), '--output', 'json', '-w', workflowId];
    const text = execFileSync(temporal.file, show, { encoding: 'utf8' });
    // Stack traces hold the folder of this checkout, which says nothing to others.
    const history: unknown = JSON.parse(text.replaceAll(`${projectDir}/`, './'));
    writeFileSync(path.join(import.meta.dirname, `${name}.json`), `${JSON.stringify(history)}\n`);
  }
} finally {
  await stack.stop();
  rmSync(dataDir, { recursive: true, force: true });
}

/** The workflow of a sweep that has ended. */
function lastSweep(temporal: Awaited<ReturnType<typeof temporalCommand>>): string {
  const list = [...temporal.args('workflow', 'list'), '--output', 'json', '--limit', '1'];
  const ended = "WorkflowType = 'sweep' and ExecutionStatus = 'Completed'";
  const [swept] = JSON.parse(execFileSync(temporal.file, [...list, '-q', ended], { encoding: 'utf8' }));
  return swept.execution.workflowId;
}

/** Plays each path once; answers the workflow of each by the name of its path. */
async function playAll(caller: Caller, platform: Platform, simulatorUrl: string): Promise<[string, string][]> {
  const simulator = { simulatorUrl };
  const slow = { when: { operation: 'submit' }, probability: 1, effect: 'delay', ms: 300 };
  const recorded: [string, string][] = [];
  const play = async (name: string, faults: Record<string, unknown>[], act: (batchId: string) => Promise<unknown>) => {
    if (!isWanted(name)) return '';
    await importPayees(caller, name, 300);
    await setFaults(simulator, faults);
    const batchId = await makeBatch(caller);
    await act(batchId);
    recorded.push([name, `batch/${batchId}`]);
    return batchId;
  };
  await play('paid', [], (id) => payOut(caller, id));
  await play('paused-and-resumed', [slow], async (id) => {
    await caller.post(`/batches/${id}/execute`);
    await untilBatch(caller, id, ['PROCESSING']);
    await caller.post(`/batches/${id}/pause`, { reason: 'look first' });
    await untilBatch(caller, id, ['QUEUED']);
    await sleep(1_000);
    await caller.post(`/batches/${id}/resume`, { reason: 'fine' });
    await untilBatch(caller, id);
  });
  await play('cancelled', [slow], async (id) => {
    await caller.post(`/batches/${id}/execute`);
    await untilBatch(caller, id, ['PROCESSING']);
    await caller.post(`/batches/${id}/cancel`, { reason: 'wrong month' });
    await untilBatch(caller, id);
  });
  const lost = { when: { operation: 'submit' }, probability: 0.3, effect: 'accept_then_reset' };
  await play('answers-lost', [lost], (id) => payOut(caller, id));
  const refused = { when: { operation: 'submit' }, probability: 0.05, effect: 'reject', code: 'invalid_recipient' };
  await play('failed-and-retried', [refused], async (batchId) => {
    await payOut(caller, batchId);
    await setFaults(simulator, []);
    await caller.post(`/batches/${batchId}/retry`);
    await untilBatch(caller, batchId, ['QUEUED', 'PROCESSING', 'SETTLING'], 20_000);
    await untilBatch(caller, batchId);
  });
  const dead = { when: { operation: 'submit', recipient: 'never-created-1' },
    probability: 1, effect: 'status_before', status: 503 };
  const doubtful = await play('never-created', [dead], (batchId) => payOut(caller, batchId, 120_000));
  recorded.push(['resolved', `resolve/${doubtful}`]);
  await setFaults(simulator, []);
  if (['calculated', 'backfilled', 'schedule-run'].some(isWanted)) recorded.push(...(await playEarnings(platform)));
  if (isWanted('delivered')) recorded.push(['delivered', `deliver/${await playDelivery(platform)}`]);
  if (isWanted('exported')) recorded.push(['exported', exportWorkflowId(await playExport(platform))]);
  if (isWanted('parked-and-continued')) recorded.push(['parked-and-continued', `batch/${await playParked(platform)}`]);
  return recorded;
}

/** A file that was ordered and made; its id. */
async function playExport(platform: Platform): Promise<string> {
  await platform.recipient();
  const answer = z.object({ export: z.object({ id: z.string(), status: z.string() }) });
  const exports = '/api/disbursement/reports/exports';
  const made = await platform.call('POST', exports, { kind: 'affiliates' });
  const { id } = answer.parse(made.body).export;
  for (;;) {
    const shown = await platform.call('GET', `${exports}/${id}`);
    if (answer.parse(shown.body).export.status === 'DONE') return id;
    await sleep(200);
  }
}

/** A release of which one recipient is verified only after the batch has ended. */
async function playParked(platform: Platform): Promise<string> {
  const [good, late] = [await platform.recipient(), await platform.recipient({ kycStatus: 'PENDING' })];
  const projectId = await platform.project([good, late], [5_000, 5_000]);
  const batchId = await platform.schedule({ escrowId: 'parked', projectId, amount: 10_000 });
  await platform.untilPayout(batchId, ['partial']);
  await platform.verify(late);
  await platform.untilPayout(batchId, ['completed']);
  await sleep(2_000);
  return batchId;
}

/** An event that an endpoint refuses at first and then takes; the endpoint's id. */
async function playDelivery(platform: Platform): Promise<string> {
  let calls = 0;
  const server = createServer((_request, response) => {
    calls += 1;
    response.writeHead(calls === 1 ? 500 : 204).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = z.object({ port: z.number() }).parse(server.address());
  const made = await platform.call('POST', '/api/disbursement/webhook-endpoints', {
    url: `http://127.0.0.1:${port}/events`,
  });
  const { endpoint } = z.object({ endpoint: z.object({ id: z.string() }) }).parse(made.body);
  await platform.call('POST', `/api/disbursement/webhook-endpoints/${endpoint.id}/test`, {});
  // The workflow ends half a minute after there is nothing left to deliver.
  await sleep(50_000);
  server.close();
  return endpoint.id;
}
