import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { findJsonFault, JSON_DEPTH_MAX } from '../../domain/json-text.ts';

/** Names that are easy to get wrong: quotes, slashes, brackets, escapes, the empty one. */
const key = fc.oneof(
  fc.constantFrom('', '"', '\\', '\\"', '{', '}', '[', ',', ':', 'a', '\u0000', 'é', '😀', 'proto'),
  fc.string({ unit: 'binary', maxLength: 6 }),
);

/** A key as one of the many ways to write it. */
const written = (name: string): fc.Arbitrary<string> =>
  fc
    .boolean()
    .map((escaped) =>
      escaped
        ? `"${[...Array(name.length).keys()]
            .map((at) => `\\u${name.charCodeAt(at).toString(16).padStart(4, '0')}`)
            .join('')}"`
        : JSON.stringify(name),
    );

const blank = fc.constantFrom('', ' ', '\n\t', '\r ');

/** A text and whether one of its objects names a key twice. */
interface Written {
  text: string;
  twice: boolean;
}

const { tree } = fc.letrec<{ tree: Written; leaf: Written; list: Written; object: Written }>(
  (tie) => ({
    tree: fc.oneof({ depthSize: 'small' }, tie('leaf'), tie('list'), tie('object')),
    leaf: fc
      .oneof(key, fc.integer(), fc.boolean(), fc.constant(null))
      .map((value) => ({ text: JSON.stringify(value), twice: false })),
    list: fc.tuple(fc.array(tie('tree'), { maxLength: 4 }), blank).map(([items, space]) => ({
      text: `[${space}${items.map(({ text }) => text).join(`${space},`)}]`,
      twice: items.some(({ twice }) => twice),
    })),
    object: fc
      .array(
        fc.tuple(
          key.filter((name) => name !== '__proto__'),
          tie('tree'),
          blank,
        ),
        {
          maxLength: 20,
          size: 'medium',
        },
      )
      .chain((fields) =>
        fc
          .tuple(fc.constant(fields), ...fields.map(([name]) => written(name)))
          .map(([, ...names]) => ({
            text: `{${fields
              .map(([, value, space], at) => `${space}${names[at] ?? ''}${space}:${value.text}`)
              .join(',')}}`,
            twice:
              new Set(fields.map(([name]) => name)).size < fields.length ||
              fields.some(([, { twice }]) => twice),
          })),
      ),
  }),
);

test('whatever is written twice is found, and nothing else, however it is written', () => {
  let found = 0;
  fc.assert(
    fc.property(tree, ({ text, twice }) => {
      expect(() => JSON.parse(text) as unknown).not.toThrow();
      found += twice ? 1 : 0;
      expect(findJsonFault(text)).toBe(twice ? 'duplicate_key' : null);
    }),
    { numRuns: 3_000 },
  );
  expect(found).toBeGreaterThan(100);
});

test('whatever JSON.stringify writes passes', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 8, noUnicodeString: false }), (value) => {
      const text = JSON.stringify(value);
      expect(findJsonFault(text)).toBe(text.includes('"__proto__":') ? 'forbidden_key' : null);
    }),
    { numRuns: 1_000 },
  );
});

test('a text that is no JSON ends the scan and is left to the parser', () => {
  const piece = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    '"',
    '\\',
    ',',
    ':',
    'a',
    '1',
    ' ',
    '\\u00',
    'null',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
      expect(() => findJsonFault(pieces.join(''))).not.toThrow();
    }),
    { numRuns: 3_000 },
  );
});

test(`nesting ends at ${JSON_DEPTH_MAX}`, () => {
  const nested = (depth: number, open: string, close: string) =>
    open.repeat(depth) + close.repeat(depth);
  expect(findJsonFault(nested(JSON_DEPTH_MAX, '[', ']'))).toBe(null);
  expect(findJsonFault(nested(JSON_DEPTH_MAX + 1, '[', ']'))).toBe('too_deep');
  expect(findJsonFault(nested(JSON_DEPTH_MAX + 1, '{"a":', '}'))).toBe('too_deep');
  expect(findJsonFault('[]'.repeat(1_000))).toBe(null);
});

test.each([
  '{"__proto__":{}}',
  '{"a":[{"\\u005f_proto__":1}]}',
  '{"\\u005f\\u005fproto\\u005f\\u005f":1}',
])('%s names what no object here has', (text) => {
  expect(findJsonFault(text)).toBe('forbidden_key');
});

test.each([
  ['a million brackets', '['.repeat(1_000_000)],
  ['half a million quotes', '"'.repeat(500_000)],
  ['a million backslashes', `"${'\\'.repeat(1_000_000)}`],
  ['many escaped quotes', `"${'\\"'.repeat(500_000)}"`],
  ['many keys', `{${Array.from({ length: 100_000 }, (_, n) => `"${n}":1`).join(',')}}`],
  ['many objects', `[${'{"a":1,"b":2},'.repeat(70_000)}{}]`],
  ['one key of a megabyte', `{"${'\\u0061'.repeat(170_000)}":1}`],
])('%s take less than a second', (_what, text) => {
  const startedAt = performance.now();
  findJsonFault(text);
  expect(performance.now() - startedAt).toBeLessThan(1_000);
});
