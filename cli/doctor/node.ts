import { readFileSync } from 'node:fs';
import { projectFile } from '../project.ts';
import { well, wrong, type Check } from './checks.ts';

/** Whether this Node is one that we are made for. */
export function checkNode(): Check {
  const { engines } = JSON.parse(readFileSync(projectFile('package.json'), 'utf8')) as {
    engines: { node: string };
  };
  const version = process.versions.node;
  return satisfies(version, engines.node)
    ? well('node', version)
    : wrong('node', `${version}, not one of ${engines.node}`, 'Install another Node: nodejs.org');
}

/** Whether a version is in a range of `^a.b.c` and `>=a.b.c` parts with `||` between. */
function satisfies(version: string, range: string): boolean {
  const have = numbers(version);
  return range.split('||').some((part) => {
    const want = numbers(part);
    if (part.trim().startsWith('^') && have[0] !== want[0]) return false;
    const differs = want.findIndex((number, index) => have[index] !== number);
    return differs === -1 || (have[differs] ?? 0) > (want[differs] ?? 0);
  });
}

const numbers = (text: string): number[] => (text.match(/\d+/g) ?? []).map(Number);
