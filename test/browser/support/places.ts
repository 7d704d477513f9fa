import { readFileSync } from 'node:fs';
import path from 'node:path';
import { projectDir } from '../../support/program.ts';

/** A screen that the navigation leads to. */
export interface Place {
  readonly to: string;
  readonly label: string;
  /** Pressed after `g`. */
  readonly key: string;
}

const source = readFileSync(path.join(projectDir, 'web/app/places.ts'), 'utf8');
const ENTRY = /to: '([^']+)',\s+label: '([^']+)',\s+icon: \w+,\s+key: '(.)'/g;

/**
 * The screens of web/app/places.ts, read and not imported: it brings thousands of icons along. A
 * screen that is added there is tested with the others.
 */
export const PLACES: readonly Place[] = [...source.matchAll(ENTRY)].map(
  ([, to = '', label = '', key = '']) => ({ to, label, key }),
);

const told = source.match(/\| '\/[a-z]*'/g)?.length ?? 0;
if (PLACES.length === 0 || PLACES.length !== told) {
  throw new Error(`web/app/places.ts tells ${told} screens, of which ${PLACES.length} were read`);
}
