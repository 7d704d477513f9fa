import { z } from 'zod';
import type { Db } from '../../../db/client.ts';
import { invalid } from '../../http/problems.ts';

/** 422 where a programme is named that is not there. */
export async function requireProgramme(db: Db, programmeId: string | undefined): Promise<void> {
  if (programmeId === undefined) return;
  const found = await db.run(z.unknown(), 'select id from programmes where id = $1', [programmeId]);
  if (found.length === 0) throw invalid('programmeId', 'is not a programme that is there');
}
