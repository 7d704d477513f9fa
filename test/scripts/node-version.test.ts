import { execFileSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import path from 'node:path';
import { expect, it } from 'vitest';
import { projectDir } from '../support/program.ts';

const script = pathToFileURL(path.join(projectDir, 'scripts/node-version.js')).href;
const RANGE = '^20.20.0 || ^22.12.0 || >=24.0.0';

function satisfies(version: string): boolean {
  const code = `import('${script}').then((m) => console.log(m.satisfies('${version}', '${RANGE}')))`;
  return execFileSync(process.execPath, ['--eval', code], { encoding: 'utf8' }).trim() === 'true';
}

it.each(['20.20.0', '20.20.2', '22.12.0', '22.30.1', '24.0.0', '25.1.0'])(
  'accepts Node %s',
  (v) => {
    expect(satisfies(v)).toBe(true);
  },
);

it.each(['18.20.4', '20.19.9', '21.7.0', '22.11.0', '23.5.0'])('refuses Node %s', (v) => {
  expect(satisfies(v)).toBe(false);
});
