import type { Command } from 'commander';
import { expect, it } from 'vitest';
import { makeProgram } from '../../cli/program.ts';
import { codeSpans, pages, readText, shellLines } from './pages.ts';

/** A command line of `bursar` as a page has it. */
interface Written {
  file: string;
  line: string;
  words: string[];
}

const START = /^(?:.*\bnpm run (?:-s )?bursar -- |(?:npx )?bursar )(.*?)[)"]*$/;

const written: Written[] = pages.flatMap(({ file, text }) =>
  [...shellLines(text), ...codeSpans(text)].flatMap((line) => {
    const rest = START.exec(line)?.[1];
    return rest === undefined ? [] : [{ file, line, words: rest.split(/\s+/).filter(Boolean) }];
  }),
);

/** Follows the words down to the command that they name; what is left over is its arguments. */
function findCommand(words: readonly string[]): { command: Command; left: string[] } {
  let command = makeProgram();
  let at = words[0] === '--data' ? 2 : 0;
  for (let child; (child = childOf(command, words[at])); at += 1) command = child;
  return { command, left: words.slice(at) };
}

const childOf = (command: Command, name: string | undefined): Command | undefined =>
  command.commands.find((child) => child.name() === name);

/** A command's own options and those of all above it. */
function optionsOf(command: Command): Set<string> {
  const flags = command.options.flatMap(({ long, short }) => [long ?? '', short ?? '']);
  const above = command.parent ? [...optionsOf(command.parent)] : ['--help', '-h'];
  // `payables` alone is `payables list`.
  const list = childOf(command, 'list')?.options.flatMap(({ long }) => long ?? '') ?? [];
  return new Set([...flags, ...above, ...list]);
}

it('the pages name commands of bursar that exist, with options that they have', () => {
  expect(written.length).toBeGreaterThan(30);
  const wrong = written.flatMap(({ file, line, words }) => {
    const { command, left } = findCommand(words);
    const known = optionsOf(command);
    const unknown = left.filter((word) => word.startsWith('-') && !known.has(word));
    const group = command.parent === null || command.commands.length > 0;
    const lost = group && left.some((word) => !word.startsWith('-') && /^[a-z]+$/.test(word));
    return lost || unknown.length > 0 ? [`${file}: ${line}`] : [];
  });
  expect(wrong).toEqual([]);
});

it.each([
  ['npm start --', ['cli/start.ts', 'cli/stack-flags.ts']],
  ['npm run dev --', ['cli/commands/dev.ts', 'cli/stack-flags.ts', 'cli/program.ts']],
  ['npm run bench --', ['bench/options.ts']],
])('the pages give %s only options that it has', (start, files) => {
  const source = files.map(readText).join('\n');
  const flags = pages
    .flatMap(({ text }) => [...shellLines(text), ...codeSpans(text)])
    .filter((line) => line.startsWith(start))
    .flatMap((line) => line.slice(start.length).match(/--[a-z-]+/g) ?? []);
  expect(
    flags.filter((flag) => !source.includes(`${flag} `) && !source.includes(`'${flag}'`)),
  ).toEqual([]);
});
