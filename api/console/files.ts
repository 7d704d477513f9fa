import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Where the built console lies: beside the compiled program, or, where the sources run, in the folder
 * that `scripts/web.js` fills.
 */
export const CONSOLE_DIR = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? '../../.bursar/web' : '../../web', import.meta.url),
);

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/** A name with no way out of its folder. */
const FILE_NAME = /^\w[\w-]*(\.[\w-]+)+$/;

/** A file of the console, as it is answered. */
export interface ConsoleFile {
  bytes: Uint8Array<ArrayBuffer>;
  type: string;
  /** The build keeps a compressed twin of what shrinks. */
  encoding: 'gzip' | null;
}

/** A file among the hashed ones; null where there is none of that name. */
export async function readAsset(
  folder: string,
  name: string,
  takesGzip: boolean,
): Promise<ConsoleFile | null> {
  const type = TYPES[path.extname(name)];
  if (type === undefined || !FILE_NAME.test(name)) return null;
  const file = path.join(folder, 'assets', name);
  const zipped = takesGzip ? await readOrNull(`${file}.gz`) : null;
  if (zipped) return { bytes: zipped, type, encoding: 'gzip' };
  const bytes = await readOrNull(file);
  return bytes && { bytes, type, encoding: null };
}

/** The page that all screens start from; null where the console is not built. */
export async function readPage(folder: string): Promise<string | null> {
  const bytes = await readOrNull(path.join(folder, 'index.html'));
  return bytes && new TextDecoder().decode(bytes);
}

async function readOrNull(file: string): Promise<Uint8Array<ArrayBuffer> | null> {
  try {
    return new Uint8Array(await readFile(file));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}
