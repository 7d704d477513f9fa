import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureDependencies, projectRoot } from './ensure-deps.js';

/**
 * Runs one of our TypeScript programs in this very process, so that Ctrl-C and the exit code need
 * nobody to pass them on. `file` is relative to the project.
 */
export async function runProgram(file, args) {
  await ensureDependencies();
  const { register } = await import('tsx/esm/api');
  register();
  const program = path.join(projectRoot, file);
  process.argv = [process.execPath, program, ...args];
  await import(pathToFileURL(program).href);
}

/** The arguments this script was called with. */
export function givenArguments() {
  return process.argv.slice(2);
}
