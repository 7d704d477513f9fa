import './node-version.js';
import('./run.js').then(({ runProgram, givenArguments }) =>
  runProgram('cli/start.ts', givenArguments()),
);
