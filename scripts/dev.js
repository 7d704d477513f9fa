import { requireNode } from './node-version.js';

requireNode();
void start();

async function start() {
  const { runProgram, givenArguments } = await import('./run.js');
  const { ensureConsole } = await import('./web.js');
  await ensureConsole();
  await runProgram('cli/main.ts', ['dev', ...givenArguments()]);
}
