import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { ensureDependencies, projectRoot } from './ensure-deps.js';

const builtDir = path.join(projectRoot, '.bursar', 'web');
const sourcesDir = path.join(projectRoot, 'web');
const vite = path.join(projectRoot, 'node_modules', 'vite', 'bin', 'vite.js');

/**
 * Makes `.bursar/web` fit the sources of the console, for programs that run from the sources. Takes
 * some seconds where they changed since the last time, and no network. Where it cannot be built, that
 * is said in one line and everything else goes on without a console.
 */
export async function ensureConsole() {
  await ensureDependencies();
  const hash = hashOfSources();
  if (readText(path.join(builtDir, '.hash')) === hash) return;
  if (!fs.existsSync(path.join(projectRoot, 'node_modules', 'react'))) {
    console.error('The console is not built: its packages are not installed here.');
    return;
  }
  console.error('Building the console; once for each version, some seconds.');
  const fresh = `${builtDir}.${process.pid}`;
  const { status, output } = buildConsole(fresh);
  if (status !== 0) {
    fs.rmSync(fresh, { recursive: true, force: true });
    console.error(`The console could not be built; everything else goes on.\n${output}`);
    return;
  }
  fs.writeFileSync(path.join(fresh, '.hash'), hash);
  replaceBuilt(fresh);
}

/** Builds the console into a folder, its files compressed beside the plain ones. */
export function buildConsole(outDir) {
  const result = spawnSync(
    process.execPath,
    [vite, 'build', sourcesDir, '--outDir', outDir, '--emptyOutDir', '--logLevel', 'warn'],
    { cwd: projectRoot, encoding: 'utf8' },
  );
  return { status: result.status, output: `${result.stdout}${result.stderr}` };
}

/** Another program may be doing the same: whoever is last wins, and both are right. */
function replaceBuilt(fresh) {
  const old = `${fresh}.old`;
  try {
    fs.renameSync(builtDir, old);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
  try {
    fs.renameSync(fresh, builtDir);
  } catch (error) {
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    fs.rmSync(fresh, { recursive: true, force: true });
  }
  fs.rmSync(old, { recursive: true, force: true });
}

function hashOfSources() {
  const hash = createHash('sha256');
  const files = fs
    .readdirSync(sourcesDir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
  for (const file of [...files, path.join(projectRoot, 'package-lock.json')]) {
    hash.update(path.relative(projectRoot, file)).update('\0').update(fs.readFileSync(file));
  }
  return hash.digest('hex');
}

function readText(file) {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
