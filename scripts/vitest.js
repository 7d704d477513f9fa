import { ensureDependencies, projectRoot } from './ensure-deps.js';

/** Runs the tests in this very process, with the arguments given to the script. */
export async function runVitest() {
  await ensureDependencies();
  process.chdir(projectRoot);
  process.argv = [process.execPath, 'vitest', 'run', ...process.argv.slice(2)];
  await import('../node_modules/vitest/vitest.mjs');
}
