import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const WEB = path.join(import.meta.dirname, '../../web');
const SHEETS = path.join(import.meta.dirname, '../../node_modules/@mantine/core/styles');

/** Components that have no sheet of their own, by the sheets of what they are made of. */
const MADE_OF: Readonly<Record<string, readonly string[]>> = {
  TextInput: ['Input'],
  NativeSelect: ['Input'],
  Textarea: ['Input'],
  FileInput: ['Input'],
  PasswordInput: ['Input', 'ActionIcon'],
  NumberInput: ['Input'],
  Select: ['Input', 'Combobox', 'ScrollArea', 'Popover'],
  MultiSelect: ['Input', 'Combobox', 'ScrollArea', 'Popover', 'Pill', 'PillsInput'],
  Autocomplete: ['Input', 'Combobox', 'ScrollArea', 'Popover'],
  Modal: ['ModalBase', 'Overlay', 'CloseButton', 'Paper'],
  Drawer: ['ModalBase', 'Overlay', 'CloseButton', 'Paper'],
  Menu: ['Popover'],
  Checkbox: ['CheckboxIndicator', 'InlineInput'],
  Radio: ['InlineInput'],
  Switch: ['InlineInput'],
  SegmentedControl: ['FloatingIndicator'],
};

const sources = readdirSync(WEB, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.tsx?$/.test(name))
  .map((name) => readFileSync(path.join(WEB, name), 'utf8'));

/** What the console takes from the library's package, without types. */
const components = new Set(
  sources.flatMap((source) =>
    [...source.matchAll(/import \{([^}]*)\} from '@mantine\/core'/g)].flatMap(([, names = '']) =>
      names.split(',').flatMap((name) => (/^\s*[A-Z]\w*\s*$/.test(name) ? name.trim() : [])),
    ),
  ),
);

const imported = new Set(
  sources.flatMap((source) =>
    [...source.matchAll(/@mantine\/core\/styles\/(\w[\w-]*)\.css/g)].map(([, name = '']) => name),
  ),
);

test('each component of the library that the console uses has its style sheet', () => {
  expect(components.size).toBeGreaterThan(10);
  const needed = [...components].flatMap((name) => [name, ...(MADE_OF[name] ?? [])]);
  const missing = needed.filter(
    (name) => existsSync(path.join(SHEETS, `${name}.css`)) && !imported.has(name),
  );
  expect([...new Set(missing)]).toEqual([]);
});
