import { once } from 'node:events';
import { MockActivityEnvironment } from '@temporalio/testing';
import { z } from 'zod';
import { makeExportParts } from '../../activities/export-parts.ts';
import { openDatabase } from '../../db/client.ts';
import { newId } from '../../db/new-id.ts';
import { openPool } from '../../db/pool.ts';
import { SYSTEM } from '../../db/queries/actor.ts';
import { createExport } from '../../db/queries/export/jobs.ts';
import { countColumn, onlyRow } from '../../db/rows.ts';
import type { ExportFormat } from '../../domain/report/export.ts';
import { peakMemoryMiB } from '../measure/process-figures.ts';

/** What the process is to do: make a file of all payments, or have Postgres write their rows and drop them. */
export interface ExportTask {
  what: ExportFormat | 'copy';
  databaseUrl: string;
}

/** What it took. */
export interface ExportNews {
  ms: number;
  /** Counting the rows, as the call that orders a file does. */
  orderMs: number;
  rows: number;
  bytes: number;
  /** Processor time of this process, without that of Postgres. */
  cpuMs: number;
  /** Before the work began: the loader and the code. */
  idleMemoryMiB: number | null;
  peakMemoryMiB: number | null;
}

const doneRow = z.object({ status: z.string(), rows_done: countColumn, bytes_done: countColumn });

/** The work of the product's activity, without the workflow around it. */
async function makeFile(databaseUrl: string, format: ExportFormat) {
  const db = openDatabase(databaseUrl);
  try {
    const id = newId('export');
    const orderedMs = performance.now();
    await createExport(db, { id, kind: 'payments', format, filter: {}, actor: SYSTEM });
    const startedMs = performance.now();
    await new MockActivityEnvironment().run(makeExportParts({ db }), { exportId: id });
    const ms = performance.now() - startedMs;
    const done = onlyRow(
      await db.run(
        doneRow,
        'select status, rows_done, bytes_done from report_exports where id = $1',
        [id],
      ),
    );
    if (done.status !== 'DONE') throw new Error(`the file is ${done.status}`);
    const { rows_done: rows, bytes_done: bytes } = done;
    return { ms, orderMs: startedMs - orderedMs, rows, bytes };
  } finally {
    await db.close();
  }
}

/** The same rows and nearly the same columns, as fast as the server can say them. */
const COPY = `copy (
  select p.*, y.external_id, y.full_name from payments p join payees y on y.id = p.payee_id order by p.id
) to stdout (format csv)`;

async function copyRows(databaseUrl: string) {
  const pool = openPool(databaseUrl, { max: 1 });
  try {
    const startedMs = performance.now();
    let [rows, bytes] = [0, 0];
    for await (const chunk of await pool.unsafe(COPY).readable()) {
      const text = z.instanceof(Buffer).parse(chunk);
      bytes += text.length;
      for (let at = text.indexOf(10); at >= 0; at = text.indexOf(10, at + 1)) rows += 1;
    }
    return { ms: performance.now() - startedMs, orderMs: 0, rows, bytes };
  } finally {
    await pool.end({ timeout: 5 });
  }
}

async function main(): Promise<void> {
  const [{ what, databaseUrl }] = (await once(process, 'message')) as [ExportTask];
  const [idle, cpu] = [peakMemoryMiB(process.pid), process.cpuUsage()];
  const done = what === 'copy' ? await copyRows(databaseUrl) : await makeFile(databaseUrl, what);
  const { user, system } = process.cpuUsage(cpu);
  const news: ExportNews = {
    ...done,
    cpuMs: (user + system) / 1_000,
    idleMemoryMiB: idle,
    peakMemoryMiB: peakMemoryMiB(process.pid),
  };
  process.send?.(news);
  process.disconnect();
}

await main();
