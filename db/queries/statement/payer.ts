import { z } from 'zod';
import { DEFAULT_PROGRAMME_ID } from '../../../domain/rules/programme.ts';
import type { Db } from '../../client.ts';
import { onlyRow } from '../../rows.ts';

/** The name of the programme that is there from the start: who pays, where no other is named. */
export async function findProgrammeName(db: Db): Promise<string> {
  const rows = await db.run(
    z.object({ name: z.string() }),
    'select name from programmes where id = $1',
    [DEFAULT_PROGRAMME_ID],
  );
  return onlyRow(rows).name;
}
