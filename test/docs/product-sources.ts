import { readdirSync } from 'node:fs';
import path from 'node:path';
import { readText, root } from './pages.ts';

/** What runs in production: the sources of API, worker and command. */
const PRODUCT_FOLDERS = [
  'activities',
  'api',
  'bin',
  'cli',
  'db',
  'domain',
  'providers',
  'temporal',
  'worker',
  'workflows',
];

/** A file of the product: its path from the root, and its text. */
interface ProductSource {
  file: string;
  text: string;
}

/** Every source file of the product. */
export const productSources: readonly ProductSource[] = PRODUCT_FOLDERS.flatMap((folder) =>
  readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.[jt]s$/.test(file))
    .map((file) => path.posix.join(folder, file.replaceAll(path.sep, '/')))
    .map((file) => ({ file, text: readText(file) })),
);

/** The files in which a pattern stands. */
export const filesWith = (pattern: RegExp): string[] =>
  productSources
    .filter(({ text }) => pattern.test(text))
    .map(({ file }) => file)
    .toSorted();
