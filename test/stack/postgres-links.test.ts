import { existsSync, mkdirSync, readlinkSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { restoreLinks } from '../../stack/postgres/binaries.ts';
import { temporaryDir } from '../support/temp-dir.ts';

function packageWithoutLinks(): { root: string; lib: string } {
  const root = temporaryDir();
  const lib = path.join(root, 'native', 'lib');
  mkdirSync(lib, { recursive: true });
  writeFileSync(path.join(lib, 'libicuuc.so.60.2'), '');
  const links = ['libicuuc.so', 'libicuuc.so.60'].map((name) => ({
    source: 'native/lib/libicuuc.so.60.2',
    target: `native/lib/${name}`,
  }));
  writeFileSync(path.join(root, 'native', 'pg-symlinks.json'), JSON.stringify(links));
  return { root, lib };
}

it('makes the links that the install script would have made', async () => {
  const { root, lib } = packageWithoutLinks();
  await restoreLinks(root);
  expect(readlinkSync(path.join(lib, 'libicuuc.so'))).toBe('libicuuc.so.60.2');
  expect(existsSync(path.join(lib, 'libicuuc.so.60'))).toBe(true);
});

it('keeps the links that are there', async () => {
  const { root, lib } = packageWithoutLinks();
  symlinkSync('./libicuuc.so.60.2', path.join(lib, 'libicuuc.so'));
  await restoreLinks(root);
  expect(readlinkSync(path.join(lib, 'libicuuc.so'))).toBe('./libicuuc.so.60.2');
});
