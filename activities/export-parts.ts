import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { Context } from '@temporalio/activity';
import type { Db } from '../db/client.ts';
import { EXPORT_SOURCES } from '../db/queries/export/sources.ts';
import { readPart } from '../db/queries/export/parts.ts';
import {
  failExport,
  finishExport,
  keepPart,
  takeExport,
  type ExportWork,
  type NewPart,
} from '../db/queries/export/work.ts';
import { isConnectionLost } from '../db/errors.ts';
import { EXPORT_PAGE_ROWS, EXPORT_PART_ROWS } from '../domain/report/export.ts';
import { exportText } from '../domain/report/export-text.ts';
import { beating } from './beating.ts';
import type { Deps } from './deps.ts';

const packed = promisify(gzip);
const unpacked = promisify(gunzip);

export interface ExportRef {
  exportId: string;
}

/** Whether there is nothing left to do; the next run goes on with what is. */
export interface ExportedParts {
  done: boolean;
}

/** How one run of the activity works. */
export interface ExportPace {
  runMaxMs: number;
  /** In its so manyth try a file is given up that cannot be made for another reason than a lost connection. */
  triesMax: number;
}

const PACE: ExportPace = { runMaxMs: 600_000, triesMax: 5 };
const FAILED = 'The file could not be made; the log of the worker has the reason.';
/** Speed counts more than the last tenth of the size. */
const LEVEL = 1;

/**
 * Makes a file part by part. What stands in the database says which part is next, so a run after a crash
 * goes on behind the last whole part, and of two that run at once each part is kept from one. Safe to
 * repeat. A job that was stopped meanwhile is left as it is.
 */
export const makeExportParts = ({ db }: Pick<Deps, 'db'>, pace: ExportPace = PACE) =>
  async function exportParts({ exportId }: ExportRef): Promise<ExportedParts> {
    const { cancellationSignal: cancelled, info } = Context.current();
    let part = 0;
    try {
      return await beating(() => part, run);
    } catch (error) {
      if (cancelled.aborted || isConnectionLost(error) || info.attempt < pace.triesMax) throw error;
      await failExport(db, exportId, FAILED);
      throw error;
    }

    async function run(): Promise<ExportedParts> {
      const endsAtMs = performance.now() + pace.runMaxMs;
      for (;;) {
        cancelled.throwIfAborted();
        const work = await takeExport(db, exportId);
        if (!work) return { done: true };
        part = work.cursor.parts;
        if (work.cursor.whole) {
          const sha256 = await hashOf(db, work, () => cancelled.throwIfAborted());
          await finishExport(db, exportId, sha256);
          continue;
        }
        await keepPart(db, work, await makePart(db, work));
        if (performance.now() >= endsAtMs) return { done: false };
      }
    }
  };

/** The next part: as many whole pages as fit in. The page after is read while one is being written. */
async function makePart(
  db: Db,
  { kind, format, filter, as_of: asOf, cursor }: ExportWork,
): Promise<NewPart> {
  const source = EXPORT_SOURCES[kind];
  const read = (after: NewPart['after']) =>
    source.readPage(db, { filter, asOf, after, many: true });
  const texts: Buffer[] = [];
  let rows = 0;
  let header = cursor.parts === 0;
  let { after } = cursor;
  for (let page = await read(after); ;) {
    rows += page.rows.length;
    after = page.next;
    const more = after !== null && rows + EXPORT_PAGE_ROWS <= EXPORT_PART_ROWS;
    const next = more ? read(after) : null;
    // It is awaited below; until then nobody else would see it fail.
    next?.catch(() => {});
    texts.push(Buffer.from(exportText({ ...source, rows: page.rows }, format, header)));
    header = false;
    if (!next) break;
    page = await next;
  }
  const text = Buffer.concat(texts);
  return {
    rows,
    bytes: text.length,
    sha256: createHash('sha256').update(text).digest('hex'),
    content: await packed(text, { level: LEVEL }),
    after,
    whole: after === null,
  };
}

/** The hash of the whole file, of which each part is checked against its own. */
async function hashOf(db: Db, { id, cursor }: ExportWork, goOn: () => void): Promise<string> {
  const whole = createHash('sha256');
  for (let place = 0; place < cursor.parts; place += 1) {
    goOn();
    const kept = await readPart(db, id, place);
    const text = kept && (await unpacked(kept.content));
    const own = text && createHash('sha256').update(text).digest('hex');
    if (!text || own !== kept.sha256) throw new Error(`part ${place} is not what was written`);
    whole.update(text);
  }
  return whole.digest('hex');
}
