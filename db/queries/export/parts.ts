import { z } from 'zod';
import type { Db } from '../../client.ts';

const partRow = z.object({
  sha256: z.string(),
  content: z.instanceof(Uint8Array),
});

/** Some of a file, compressed by gzip for itself; `sha256` is that of its bytes before. */
export type ExportPart = z.infer<typeof partRow>;

const DEADLINE_MS = 30_000;

/** A part of a file by its place, from 0; null behind the last one. */
export async function readPart(db: Db, exportId: string, part: number): Promise<ExportPart | null> {
  const rows = await db.run(
    partRow,
    'select sha256, content from report_export_parts where export_id = $1 and part = $2',
    [exportId, part],
    { deadlineMs: DEADLINE_MS },
  );
  return rows[0] ?? null;
}
