import { spawnSync } from 'node:child_process';
import { cpSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureDependencies, projectRoot } from './ensure-deps.js';
import { buildConsole } from './web.js';

/**
 * Makes `dist`: the compiled sources, the migrations beside the code that reads them, the built
 * console, and the workflows bundled, so that a worker started from it needs no bundler.
 */
export async function compile() {
  await ensureDependencies();
  const dist = path.join(projectRoot, 'dist');
  rmSync(dist, { recursive: true, force: true });
  const tsc = path.join(projectRoot, 'node_modules/typescript/bin/tsc');
  const { status } = spawnSync(process.execPath, [tsc, '--project', 'tsconfig.build.json'], {
    cwd: projectRoot,
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(status ?? 1);
  cpSync(path.join(projectRoot, 'db/migrations'), path.join(dist, 'db/migrations'), {
    recursive: true,
  });
  const built = buildConsole(path.join(dist, 'web'));
  if (built.status !== 0) {
    console.error(built.output);
    process.exit(built.status ?? 1);
  }
  const { bundle, shippedBundle } = await import(
    pathToFileURL(path.join(dist, 'worker/bundle.js')).href
  );
  for (const sealFailures of [false, true]) {
    const file = path.join(dist, shippedBundle({ sealFailures }));
    writeFileSync(file, await bundle({ sealFailures }));
  }
}
