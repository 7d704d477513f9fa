import type { Db } from '../db/client.ts';
import { findProgramme } from '../db/queries/programmes.ts';
import { invalid } from './http/problems.ts';

/** 422 where a programme is named that is not there. */
export async function requireProgramme(db: Db, programmeId: string | undefined): Promise<void> {
  if (programmeId === undefined) return;
  if (!(await findProgramme(db, programmeId)))
    throw invalid('programmeId', 'is not a programme that is there');
}
