import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ensureDependencies, projectRoot } from './ensure-deps.js';

/** Each check, and the file of its program. */
const CHECKS = [
  { name: 'format', program: 'node_modules/prettier/bin/prettier.cjs', args: ['--check', '.'] },
  {
    name: 'lint',
    program: 'node_modules/oxlint/bin/oxlint',
    args: ['--type-aware', '--deny-warnings'],
  },
  { name: 'types', program: 'node_modules/typescript/bin/tsc', args: ['--noEmit'] },
  {
    name: 'web types',
    program: 'node_modules/typescript/bin/tsc',
    args: ['--noEmit', '--project', 'web'],
  },
  { name: 'dead code', program: 'node_modules/knip/bin/knip.js', args: ['--no-progress'] },
  { name: 'web budget', program: 'scripts/web-budget.js', args: [] },
  { name: 'packages', program: 'scripts/supply-chain.js', args: [] },
];

/**
 * Runs all checks, even where one fails, and ends with exit code 1 where one did. `--report FILE`
 * writes the results as JSON.
 */
export async function runChecks() {
  const { values } = parseArgs({ options: { report: { type: 'string' } } });
  await ensureDependencies();
  const results = [];
  for (const check of CHECKS) results.push(await run(check));
  if (values.report !== undefined) writeFileSync(values.report, JSON.stringify(results));
  console.log('');
  for (const { name, passed, seconds } of results) {
    console.log(`${passed ? 'passed' : 'FAILED'}  ${name.padEnd(10)} ${seconds.toFixed(1)} s`);
  }
  process.exitCode = results.every(({ passed }) => passed) ? 0 : 1;
}

async function run({ name, program, args }) {
  console.log(`\n--- ${name}`);
  const startedAtMs = Date.now();
  const code = await new Promise((resolve) => {
    const file = path.join(projectRoot, program);
    const child = spawn(process.execPath, [file, ...args], { cwd: projectRoot, stdio: 'inherit' });
    child.on('error', () => resolve(1));
    child.on('close', resolve);
  });
  return { name, passed: code === 0, seconds: (Date.now() - startedAtMs) / 1000 };
}
