import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** The project's folder. */
export const root = path.join(import.meta.dirname, '../..');

/** A written page: its path from the root, and its text. */
export interface Page {
  file: string;
  text: string;
}

export const readText = (file: string): string => readFileSync(path.join(root, file), 'utf8');

const readPage = (file: string): Page => ({ file, text: readText(file) });

/** README, CHANGELOG and all of `docs/`. */
export const pages: readonly Page[] = [
  'README.md',
  'CHANGELOG.md',
  ...readdirSync(path.join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => path.posix.join('docs', file.replaceAll(path.sep, '/')))
    .toSorted(),
].map(readPage);

/** One page by its path. */
export function page(file: string): string {
  const found = pages.find((each) => each.file === file);
  if (!found) throw new Error(`there is no page ${file}`);
  return found.text;
}

/** Rows of all tables below a heading, until the next heading: their cells, trimmed. */
export function tableRows(text: string, heading: string): string[][] {
  const [, below = ''] = text.split(`\n${heading}\n`);
  const [section = ''] = below.split(/\n#+ /);
  return section
    .split('\n')
    .filter((line) => line.startsWith('|') && !/^\|[\s|:-]+\|$/.test(line))
    .map((line) =>
      line
        .split(/(?<!\\)\|/)
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

/** What stands between single backticks in a text. */
export const codeSpans = (text: string): string[] =>
  [...text.replaceAll(/```[\s\S]*?```/g, '').matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code);

/** Lines of shell in fenced blocks, without comments; a line that ends in a backslash goes on. */
export const shellLines = (text: string): string[] =>
  [...text.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block = '']) =>
    block
      .replaceAll(/\\\n\s*/g, ' ')
      .split('\n')
      .map((line) => line.replace(/\s+#.*$/, '').trim())
      .filter((line) => line !== '' && !line.startsWith('#')),
  );

/** The anchors that a page's headings have on GitHub. */
export const anchorsOf = (text: string): string[] =>
  [...text.replaceAll(/```[\s\S]*?```/g, '').matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replaceAll(' ', '-'),
  );
