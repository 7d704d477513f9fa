import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { projectDir } from '../../support/program.ts';
import { smallPng } from './small-png.ts';

/** The pictures of the documentation. */
export const DOCS_PICTURES = path.join(projectDir, 'docs/pictures');

/**
 * Where the run puts its pictures: there where `BURSAR_PICTURES=1` asks for it, since ages and ids in
 * them differ from run to run; else beside the built console, which git does not see.
 */
const DIR =
  process.env['BURSAR_PICTURES'] === '1'
    ? DOCS_PICTURES
    : path.join(projectDir, '.bursar/pictures');

/** Keeps what the page shows now, without what blinks. */
export async function keepPicture(page: Page, name: string): Promise<void> {
  mkdirSync(DIR, { recursive: true });
  const png = await page.screenshot({ animations: 'disabled', caret: 'hide' });
  writeFileSync(path.join(DIR, `${name}.png`), smallPng(png));
}
