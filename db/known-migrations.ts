import { readFileSync } from 'node:fs';
import { z } from 'zod';

const journal = z.object({ entries: z.array(z.unknown()) });

let known: number | undefined;

/** How many steps this version of the code knows; they lie beside it. */
export function knownMigrations(): number {
  known ??= journal.parse(
    JSON.parse(readFileSync(new URL('./migrations/meta/_journal.json', import.meta.url), 'utf8')),
  ).entries.length;
  return known;
}
