import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import {
  API_KEY,
  clientOf,
  eventually,
  startReceiver,
  WEBHOOK_SECRET,
  type Receiver,
} from './harness.ts';

let dataDir: string;
let receiver: Receiver;
let children: ChildProcess[] = [];

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'bursar-simulator-'));
  receiver = await startReceiver();
});
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  children = [];
  await receiver.close();
  await rm(dataDir, { recursive: true, force: true });
});

function run(flags: readonly string[]): ChildProcess {
  const args = ['--import', 'tsx', 'simulator/main.ts', ...flags];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  return child;
}

function flagsFor(data: string, port = '0'): string[] {
  const webhooks = ['--webhook-url', receiver.url, '--webhook-secret', WEBHOOK_SECRET];
  return ['--port', port, '--data', data, ...webhooks, '--api-key', API_KEY];
}

/** Starts the simulator as a process of its own; resolves when it says that it is ready. */
async function start() {
  const child = run(flagsFor(dataDir));
  if (child.stdout === null) throw new Error('no stdout');
  for await (const line of createInterface({ input: child.stdout })) {
    const { port } = z.object({ ready: z.literal(true), port: z.number() }).parse(JSON.parse(line));
    return { child, client: clientOf(`http://127.0.0.1:${port}`) };
  }
  throw new Error('it ended before it was ready');
}

/** Exit code and what stood on stderr. */
async function ended(child: ChildProcess): Promise<[code: unknown, stderr: string]> {
  let stderr = '';
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString('utf8')));
  const [code] = await once(child, 'close');
  return [code, stderr];
}

test('killed in the middle of traffic, it still has every transfer it acknowledged', async () => {
  const first = await start();
  const acknowledged: string[] = [];
  let submitted = 0;
  const caller = async (): Promise<void> => {
    for (;;) {
      submitted += 1;
      const reference = `pay_${submitted}`;
      const reply = await first.client.submit(reference).catch(() => null);
      if (reply === null) return;
      acknowledged.push(reference);
      if (acknowledged.length === 1_000) first.child.kill('SIGKILL');
    }
  };
  await Promise.all(Array.from({ length: 16 }, caller));
  await appendFile(join(dataDir, 'ledger.jsonl'), '["a","mock","torn');

  const { client, child } = await start();
  const kept = await client.transfers();
  const references = new Set(kept.map(({ reference }) => reference));
  expect(acknowledged.filter((reference) => !references.has(reference))).toEqual([]);
  expect(kept.length).toBe(references.size);
  expect(kept.length).toBeLessThanOrEqual(submitted);
  const again = await client.submit(acknowledged[0] ?? '');
  expect(again.status).toBe(200);
  await eventually(async () => {
    const told = new Set(receiver.received.map(({ event }) => event.data.payout.reference));
    const settled = (await client.transfers()).every(({ status }) => status === 'settled');
    return settled && told.size === kept.length;
  });
  child.kill('SIGTERM');
  expect((await ended(child))[0]).toBe(0);
});

test('a webhook that nobody took before the end is sent after the next start', async () => {
  const { port } = new URL(receiver.url);
  await receiver.close();
  const first = await start();
  await first.client.submit('pay_1');
  await eventually(async () => (await first.client.lookup('pay_1'))[0]?.status === 'settled');
  first.child.kill('SIGKILL');
  await once(first.child, 'close');
  receiver = await startReceiver([], Number(port));
  await start();
  await eventually(() => receiver.received.length > 0);
  expect(receiver.received[0]?.event.data.payout.reference).toBe('pay_1');
});

test('what keeps it from starting is told in one line, exit 2', async () => {
  const { client } = await start();
  const taken = new URL(client.url).port;
  const aFile = join(dataDir, 'file');
  await writeFile(aFile, '');
  const other = join(dataDir, 'other');
  const attempts: [string[], string][] = [
    [['--port', '0'], '--webhook-url is missing'],
    [[...flagsFor(other), '--colour'], '--colour'],
    [flagsFor(other, 'many'), '--port'],
    [flagsFor(other, taken), 'EADDRINUSE'],
    [flagsFor(aFile), aFile],
  ];
  for (const [flags, word] of attempts) {
    const [code, stderr] = await ended(run(flags));
    expect(code).toBe(2);
    expect(stderr.trimEnd().split('\n')).toEqual([expect.stringContaining(word)]);
  }
});
