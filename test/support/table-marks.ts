import { z } from 'zod';
import type { Db } from '../../db/client.ts';

const nameRow = z.object({ name: z.string() });
const markRow = z.object({ mark: z.string() });

/** Tables that a call may touch by being made at all: its traces, its limits, when its key was used. */
const TRACES = new Set(['audit_logs', 'rate_limits', 'api_keys', 'user_sessions', 'risk_events']);

/** What stands in each table, as a number of rows and a hash of them. */
export async function tableMarks(db: Db): Promise<Record<string, string>> {
  const tables = await db.run(
    nameRow,
    `select table_name as name from information_schema.tables
     where table_schema = 'public' and table_type = 'BASE TABLE' order by 1`,
  );
  const marks: Record<string, string> = {};
  for (const { name } of tables.filter(({ name }) => !TRACES.has(name))) {
    const [row] = await db.run(
      markRow,
      `select count(*) || ' ' || coalesce(md5(string_agg(t::text, '' order by t::text)), '') as mark
       from "${name}" t`,
    );
    marks[name] = row?.mark ?? '';
  }
  return marks;
}
