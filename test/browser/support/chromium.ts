import { describe } from 'vitest';
import { findChromium } from './find-chromium.ts';

const chromium = findChromium();

if ('why' in chromium) console.error(`SKIPPED: the browser tests of this file: ${chromium.why}`);

/** Holds tests that need a browser. They are skipped, and not in silence, where there is none. */
export const inBrowser = 'why' in chromium ? describe.skip : describe;

/** The browser's program. Only for what `inBrowser` holds. */
export const chromiumPath = (): string => {
  if ('why' in chromium) throw new Error(chromium.why);
  return chromium.path;
};
