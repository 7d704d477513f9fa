#!/usr/bin/env node
import { existsSync } from 'fs';
import { requireNode } from '../scripts/node-version.js';

requireNode();
if (existsSync(new URL('../cli/main.ts', import.meta.url))) {
  void import('../scripts/run.js').then(({ runProgram, givenArguments }) =>
    runProgram('cli/main.ts', givenArguments()),
  );
} else {
  void import(new URL('../dist/cli/main.js', import.meta.url).href);
}
