import './node-version.js';
import('./run.js').then(({ runProgram, givenArguments }) =>
  runProgram('bench/main.ts', givenArguments()),
);
