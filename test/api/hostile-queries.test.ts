import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { tableMarks } from '../support/table-marks.ts';
import { addPayable } from './support/data.ts';
import { readRoutes, type ReadRoute } from './support/read-routes.ts';
import { useTestApi, type Answer } from './support/test-api.ts';

const api = useTestApi();

const PAYEES = 3;

beforeAll(async () => {
  for (let n = 0; n < PAYEES; n += 1) await addPayable(api);
  await api.post('/batches', { provider: 'mock' });
});

/** What scanners send, and what breaks naive quoting: by itself and around a value that is right. */
const HOSTILE: readonly string[] = [
  "'",
  '"',
  '`',
  '\\',
  "''",
  "\\'",
  ';',
  '--',
  '/*',
  '*/',
  '#',
  '%',
  '_',
  '%%',
  '$1',
  '$$',
  ':x',
  '?',
  '??',
  "' or '1'='1",
  "' or 1=1--",
  '" or ""="',
  "') or ('1'='1",
  "')) or 1=1--",
  '1 or 1=1',
  "1' or '1'='1' /*",
  '1; drop table payees',
  "'; drop table payees; --",
  "'; delete from audit_logs; --",
  "1'; update users set role='super_admin'--",
  "' union select null--",
  "' union all select null,null,null--",
  "' union select version(),null--",
  '1 union select secret_hash from api_keys',
  "' and 1=2 union select table_name from information_schema.tables--",
  "' and extractvalue(1,1)--",
  "' and 1=cast(version() as int)--",
  "'||(select pg_sleep(5))||'",
  '1;select pg_sleep(5)',
  "';select pg_sleep(5)--",
  '(select pg_sleep(5))',
  '1) and 1=(select 1 from pg_sleep(5))--',
  "' order by 1--",
  "' order by 100--",
  "' group by 1 having 1=1--",
  'id desc; select 1',
  'id,(select 1)',
  'created_at desc',
  '1,2,3',
  'case when 1=1 then 1 else 2 end',
  "' and ascii(substr((select secret_hash from api_keys limit 1),1,1))>0--",
  "'; copy payees to '/tmp/x'; --",
  "'; copy payees from program 'id'; --",
  "'||chr(65)||'",
  "E'\\x27'",
  "U&'\\0027'",
  '\u02bc or 1=1',
  '＇ or 1=1--',
  '\u2019 or 1=1',
  '%27%20or%201=1',
  '%2527',
  '%00',
  '\u0000',
  "a\u0000' or 1=1--",
  '\ud800',
  '\udfff\ud800',
  '\u202e',
  '\ufeff',
  '\u200b',
  '😀',
  'ﬀ',
  'İ',
  '\r\nSet-Cookie: a=b',
  '\n',
  '\t',
  '\u0007',
  '\u001b[31m',
  '[]',
  '{}',
  '{"$gt":""}',
  '[object Object]',
  '__proto__',
  'constructor',
  'toString',
  'null',
  'undefined',
  'NaN',
  'Infinity',
  '-0',
  '1e309',
  '0x1f',
  '1_000',
  '-1',
  '0',
  '99999999999999999999',
  '9223372036854775808',
  '-9223372036854775809',
  '1.5',
  '٣',
  'true',
  'false',
  '0001-01-01',
  '9999-12-31',
  '2026-02-30',
  "2026-01-01T00:00:00Z'",
  'infinity',
  '-infinity',
  'epoch',
  'now()',
  'tomorrow',
  '../../etc/passwd',
  '<script>alert(1)</script>',
  '${7*7}',
  '{{7*7}}',
  '=cmd|x',
  'a'.repeat(5_000),
  '('.repeat(2_000),
  "'".repeat(1_001),
  Buffer.from('["\' or 1=1--"]').toString('base64url'),
  Buffer.from('[{"a":1}]').toString('base64url'),
  Buffer.from('["2026-01-01 00:00:00+00","x\\u0000"]').toString('base64url'),
];

/** The rows of an answer: its longest list. */
const rowsOf = ({ body }: Answer): number =>
  Math.max(
    0,
    ...Object.values(Object(body) as object).map((each: unknown) =>
      Array.isArray(each) ? each.length : 0,
    ),
  );

const ask = (route: ReadRoute, query: Record<string, string> = {}) =>
  api.call('GET', `${route.path}?${new URLSearchParams(query).toString()}`);

const AT_ONCE = 8;

async function eachOf<Item>(items: readonly Item[], run: (item: Item) => Promise<void>) {
  const left = items.values();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const item of left) await run(item);
    }),
  );
}

test('hostile text in any parameter of any GET finds nothing more, breaks nothing and changes nothing', async () => {
  const [payee] = (await api.get('/affiliates/payable')).list('affiliates');
  const known = String(Object(payee)['affiliateId'] ?? Object(payee)['id']);
  const routes = await readRoutes(api, () => known);
  const before = await tableMarks(api.db);
  const surprises: string[] = [];
  let calls = 0;
  let parameters = 0;
  for (const route of routes.filter(({ query }) => query.length > 0)) {
    const page = route.query.some(({ name }) => name === 'limit') ? { limit: '200' } : {};
    const usual = rowsOf(await ask(route, page));
    parameters += route.query.length;
    const tries = route.query.flatMap(({ name, free }) =>
      HOSTILE.filter((_, at) => free || at % 12 === 0).map((text) => ({ name, text })),
    );
    await eachOf(tries, async ({ name, text }) => {
      const startedAt = performance.now();
      const answer = await ask(route, { ...page, [name]: text });
      calls += 1;
      const slow = performance.now() - startedAt > 4_500;
      // The audit log grows by being read.
      const grows = route.template.endsWith('/audit-logs');
      const more = answer.status === 200 && !grows && rowsOf(answer) > usual;
      const told = /syntax error|pg_catalog|drizzle|Failed query/i.test(answer.text);
      if (answer.status < 500 && !more && !slow && !told) return;
      surprises.push(`${route.template}?${name}=${text.slice(0, 60)}: ${answer.status}`);
    });
  }
  expect(surprises).toEqual([]);
  expect(await tableMarks(api.db)).toEqual(before);
  expect(parameters).toBeGreaterThan(40);
  expect(calls).toBeGreaterThan(3_000);
}, 400_000);

test('hostile text in a path names nothing', async () => {
  const surprises: string[] = [];
  const routes = await readRoutes(api, () => 'ID');
  await eachOf(
    routes.filter(({ template }) => template.includes('{')),
    async ({ path }) => {
      for (const text of HOSTILE.filter((each) => each.length < 100 && !/\p{Cs}/u.test(each))) {
        const { status } = await api.call('GET', path.replaceAll('ID', encodeURIComponent(text)));
        if (status >= 500) surprises.push(`${path} ${text}: ${status}`);
      }
    },
  );
  expect(surprises).toEqual([]);
});

/** Where a statement is sent as it is; everything else hands texts and values over apart. */
const SENDERS = new Set(['db/client.ts', 'db/transaction.ts', 'db/roles/roles.ts']);

test('no source makes SQL of a value: raw texts and identifiers come from nowhere', () => {
  const found = ['api', 'activities', 'db', 'domain', 'providers', 'worker'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => path.join(folder, file))
      .filter((file) => {
        const text = readFileSync(file, 'utf8');
        const raw = /\bsql\s*\.\s*(raw|identifier)\b|\bsql\[/.test(text);
        return raw || (/\.unsafe\(/.test(text) && !SENDERS.has(file));
      }),
  );
  expect(found).toEqual([]);
});
