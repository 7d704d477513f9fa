import './node-version.js';
import('./run.js').then(({ runProgram, givenArguments }) =>
  runProgram('cli/main.ts', ['dev', ...givenArguments()]),
);
