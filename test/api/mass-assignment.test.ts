import { getTableColumns, is } from 'drizzle-orm';
import { PgTable } from 'drizzle-orm/pg-core';
import { beforeAll, expect, test } from 'vitest';
import * as tables from '../../db/schema/index.ts';
import { z } from 'zod';
import { addPayable } from './support/data.ts';
import { operationsOf, type Operation } from './support/operations.ts';
import { resolve, type Schema } from './support/samples.ts';
import { useTestApi } from './support/test-api.ts';

const MANY = { points: 1_000_000, seconds: 60 };
const api = useTestApi({ network: { limits: { badCredentials: MANY, requests: MANY } } });

/** A refusal names a hundred fields at most. */
const AT_ONCE = 90;

let operations: readonly Operation[] = [];
let schemas: Record<string, Schema> = {};

beforeAll(async () => {
  operations = await operationsOf(api);
  const contract = await api.call('GET', '/openapi.json', { as: null });
  schemas = z.record(z.string(), z.custom<Schema>()).parse(contract.at('components.schemas'));
});

/** What others have called such things. */
const OTHERS =
  'isAdmin is_admin admin ownerId owner_id roles permissions tenantId approved verified callerId actorRole'.split(
    ' ',
  );

/** Every column of the database by both of its names, and more. */
const COLUMNS: readonly string[] = [
  ...new Set([
    ...Object.values(tables)
      .filter((table) => is(table, PgTable))
      .flatMap((table) =>
        Object.entries(getTableColumns(table)).flatMap(([name, column]) => [name, column.name]),
      ),
    ...OTHERS,
  ]),
];

/** Temporal's own form, of which nothing is stored. */
const OPEN_BY_NATURE = /^POST \/api\/temporal\/codec\//;

/** The fields that a body may have, in any of its forms. */
function fieldsOf(given: Schema): string[] {
  const schema = resolve(given, schemas);
  const parts = [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])];
  return [...Object.keys(schema.properties ?? {}), ...parts.flatMap(fieldsOf)];
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

test('a body with any column of the database that is not a field of it is refused, naming it', async () => {
  const { headers } = await api.person('super_admin');
  expect(COLUMNS.length).toBeGreaterThan(300);
  const surprises: string[] = [];
  let sent = 0;
  for (const { route, method, path, body, sample, system } of operations) {
    if (!body || !isObject(sample) || OPEN_BY_NATURE.test(route)) continue;
    const known = new Set(fieldsOf(body));
    const foreign = COLUMNS.filter((name) => !known.has(name));
    for (let from = 0; from < foreign.length; from += AT_ONCE) {
      const extra = foreign.slice(from, from + AT_ONCE);
      const json = { ...sample, ...Object.fromEntries(extra.map((name) => [name, 'x'])) };
      const caller = system ? {} : { as: null, headers };
      const answer = await api.call(method, path, { ...caller, json });
      const named = new Set(
        answer.list('error.details').map((detail) => String(Reflect.get(Object(detail), 'path'))),
      );
      const missed = extra.filter((name) => !named.has(name));
      sent += 1;
      if (answer.status !== 422 || missed.length > 0)
        surprises.push(
          `${route}: ${answer.status} ${missed.slice(0, 5).join(' ')} ${answer.text.slice(0, 120)}`,
        );
    }
  }
  expect(surprises).toEqual([]);
  expect(sent).toBeGreaterThan(200);
}, 180_000);

/** The objects within a body that take any field, where they do not say what such a field is. */
function openObjects(given: Schema, at: string): string[] {
  const schema = resolve(given, schemas);
  const rest: unknown = Reflect.get(schema, 'additionalProperties');
  const open = schema.type === 'object' && rest !== false && !isObject(rest) ? [at] : [];
  const parts = [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])];
  return [
    ...open,
    ...parts.flatMap((part) => openObjects(part, at)),
    ...(schema.items ? openObjects(schema.items, `${at}[]`) : []),
    ...Object.entries(schema.properties ?? {}).flatMap(([name, each]) =>
      openObjects(each, `${at}.${name}`),
    ),
  ];
}

test('no object within a body takes fields that it does not name', () => {
  const open = operations.flatMap(({ route, body }) => (body ? openObjects(body, route) : []));
  expect(open.filter((each) => !OPEN_BY_NATURE.test(each))).toEqual([]);
});

/** What no answer calls a field. */
const SECRET_NAME =
  /secret|password|passphrase|token|hash$|^salt$|cookie|private|[a-z]Sealed$|_sealed$|backupCodes|recoveryCodes|^cvv|accountNumber|^iban$/i;
/** What is approved, and what a report says, is named by its hash; whether somebody has a password is no password. */
const TOLD = /\.(?:contentHash|report\.hash|hasPassword)$/;

/** Every field of an answer, with where it stands. */
function namesIn(value: unknown, at: string): string[] {
  if (Array.isArray(value)) return value.flatMap((each) => namesIn(each, at));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, each]) => [
    `${at}.${name}`,
    ...namesIn(each, `${at}.${name}`),
  ]);
}

function isSecret(name: string): boolean {
  const last = name.split('.').pop() ?? '';
  return SECRET_NAME.test(last) && !TOLD.test(name);
}

test('no answer to a GET holds a field that is named like a secret', async () => {
  const affiliateId = await addPayable(api);
  const batch = await api.post('/batches', { affiliateIds: [affiliateId] });
  const ids: Record<string, unknown> = { aff: affiliateId, bat: batch.at('batch.id') };
  const { id, headers } = await api.person('super_admin');
  const names = new Set<string>();
  for (const operation of operations.filter(({ method }) => method === 'GET')) {
    if (operation.path.startsWith('/docs') || /\/(?:events|live)$/.test(operation.path)) continue;
    if (operation.path === '/openapi.json') continue;
    const path = operation.pathWith((_name, example) => {
      const prefix = example.slice(0, 3);
      return prefix === 'usr' ? id : (ids[prefix] as string | undefined);
    });
    const answer = await api.call('GET', path, { as: null, headers });
    for (const name of namesIn(answer.body, operation.route)) if (isSecret(name)) names.add(name);
  }
  expect([...names]).toEqual([]);
}, 60_000);
