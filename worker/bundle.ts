import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { FAILURE_CONVERTER } from '../temporal/data-converter.ts';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const EXTENSION = import.meta.url.endsWith('.ts') ? 'ts' : 'js';

/** How workflow code is bundled. */
export interface BundleOptions {
  /** Keeps messages of failures in payloads, which the codec encrypts; in the open unless told. */
  sealFailures?: boolean;
}

/** The file in which a build ships its bundle. */
export const shippedBundle = ({ sealFailures = false }: BundleOptions = {}): string =>
  sealFailures ? 'workflow-bundle-sealed.js' : 'workflow-bundle.js';

/**
 * The workflow code as one file. Bundling takes seconds, so its result is kept in `cacheDir` under a
 * hash of everything that goes into it; a build that ships its bundle uses that.
 */
export async function workflowBundle(
  cacheDir: string | undefined,
  options: BundleOptions = {},
): Promise<{ codePath: string } | { code: string }> {
  const shipped = here(`../${shippedBundle(options)}`);
  if (existsSync(shipped)) return { codePath: shipped };
  if (!cacheDir) return { code: await bundle(options) };
  const codePath = join(cacheDir, `${await sourceHash()}-${shippedBundle(options)}`);
  if (!existsSync(codePath)) {
    await mkdir(cacheDir, { recursive: true });
    const unfinished = `${codePath}.${process.pid}`;
    await writeFile(unfinished, await bundle(options));
    await rename(unfinished, codePath);
  }
  return { codePath };
}

/** Bundles the workflows of this checkout or build. */
export async function bundle({ sealFailures = false }: BundleOptions = {}): Promise<string> {
  const { code } = await bundleWorkflowCode({
    workflowsPath: here(`../workflows/index.${EXTENSION}`),
    logger: new DefaultLogger('ERROR'),
    ...(sealFailures && { failureConverterPath: FAILURE_CONVERTER }),
  });
  return code;
}

async function sourceHash(): Promise<string> {
  const hash = createHash('sha256');
  for (const folder of ['../workflows', '../domain', '../temporal']) {
    const entries = await readdir(here(folder), { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile());
    for (const file of files.map(({ parentPath, name }) => join(parentPath, name)).sort()) {
      hash.update(file).update(await readFile(file));
    }
  }
  const lock = here('../package-lock.json');
  if (existsSync(lock)) hash.update(await readFile(lock));
  return hash.digest('hex').slice(0, 32);
}
