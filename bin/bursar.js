#!/usr/bin/env node
import '../scripts/node-version.js';
import { existsSync } from 'fs';

const source = new URL('../cli/main.ts', import.meta.url);
const compiled = new URL('../dist/cli/main.js', import.meta.url);

if (existsSync(source)) {
  import('../scripts/run.js').then(({ runProgram, givenArguments }) =>
    runProgram('cli/main.ts', givenArguments()),
  );
} else {
  import(compiled.href);
}
