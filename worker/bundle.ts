import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const EXTENSION = import.meta.url.endsWith('.ts') ? 'ts' : 'js';

/**
 * The workflow code as one file. Bundling takes seconds, so its result is kept in `cacheDir` under a
 * hash of everything that goes into it; a build that ships `workflow-bundle.js` uses that.
 */
export async function workflowBundle(
  cacheDir: string | undefined,
): Promise<{ codePath: string } | { code: string }> {
  const shipped = here('../workflow-bundle.js');
  if (existsSync(shipped)) return { codePath: shipped };
  if (!cacheDir) return { code: await bundle() };
  const codePath = join(cacheDir, `${await sourceHash()}.js`);
  if (!existsSync(codePath)) {
    await mkdir(cacheDir, { recursive: true });
    const unfinished = `${codePath}.${process.pid}`;
    await writeFile(unfinished, await bundle());
    await rename(unfinished, codePath);
  }
  return { codePath };
}

/** Bundles the workflows of this checkout or build. */
export async function bundle(): Promise<string> {
  const { code } = await bundleWorkflowCode({
    workflowsPath: here(`../workflows/index.${EXTENSION}`),
    logger: new DefaultLogger('ERROR'),
  });
  return code;
}

async function sourceHash(): Promise<string> {
  const hash = createHash('sha256');
  for (const folder of ['../workflows', '../domain']) {
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
