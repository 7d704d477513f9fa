import { requireNode } from './node-version.js';

requireNode();
void import('./run.js').then(({ runProgram, givenArguments }) =>
  runProgram('cli/start.ts', givenArguments()),
);
