import { expect, test } from 'vitest';
import { z } from 'zod';
import { DEFAULT_PROGRAMME_ID } from '../../domain/rules/programme.ts';
import { unique } from './support/data.ts';
import { BASE, count, useTestApi } from './support/test-api.ts';

const api = useTestApi();

const programme = (given: Record<string, unknown> = {}) => ({
  externalId: unique('programme'),
  name: 'Main',
  zone: 'Europe/Berlin',
  ...given,
});

const programmes = () => count(api.db, 'select count(*) as n from programmes');

const actionsOn = async (id: string) =>
  (
    await api.db.run(
      z.object({ action: z.string() }),
      "select action from audit_logs where details ->> 'programmeId' = $1 order by id",
      [id],
    )
  ).map(({ action }) => action);

const change = (id: string, json: unknown) =>
  api.call('PATCH', `${BASE}/programmes/${id}`, { json });

test('the programme that is there from the start comes first', async () => {
  const listed = await api.get('/programmes?limit=1');
  expect(listed.at('programmes.0')).toMatchObject({
    id: DEFAULT_PROGRAMME_ID,
    externalId: 'default',
    zone: 'UTC',
    automatic: true,
  });
});

test('201, then 200 with the same content, then 409 with another; each is read back', async () => {
  const body = programme();
  const made = await api.post('/programmes', body);
  expect(made.status).toBe(201);
  const id = String(made.at('programme.id'));
  expect(made.at('programme')).toMatchObject({ ...body, automatic: true });
  const again = await api.post('/programmes', body);
  expect([again.status, again.at('programme.id')]).toEqual([200, id]);
  for (const other of [{ name: 'Other' }, { zone: 'UTC' }, { automatic: false }]) {
    const refused = await api.post('/programmes', { ...body, ...other });
    expect([refused.status, refused.at('error.code')]).toEqual([409, 'external_id_conflict']);
    expect(refused.at('error.details.0.path')).toBe(Object.keys(other)[0]);
  }
  expect((await api.get(`/programmes/${id}`)).at('programme')).toEqual(made.at('programme'));
  expect(await actionsOn(id)).toEqual(['programme.created']);
});

test('20 calls at once make one programme', async () => {
  const body = programme();
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => api.post('/programmes', body)),
  );
  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
    ...Array.from({ length: 19 }, () => 200),
    201,
  ]);
  expect(new Set(answers.map((answer) => answer.at('programme.id'))).size).toBe(1);
});

test('it is renamed and stops calculating by itself, with an audit row for what changed alone', async () => {
  const id = String((await api.post('/programmes', programme())).at('programme.id'));
  const changed = await change(id, { name: 'Renamed', automatic: false });
  expect(changed.at('programme')).toMatchObject({ name: 'Renamed', automatic: false });
  expect((await change(id, { name: 'Renamed' })).status).toBe(200);
  expect(await actionsOn(id)).toEqual(['programme.created', 'programme.updated']);
  const nobody = await change(`prg_${'f'.repeat(32)}`, { name: 'None' });
  expect([nobody.status, nobody.at('error.code')]).toEqual([404, 'not_found']);
});

test.each([
  ['an offset as zone', { zone: '+01:00' }, 'zone'],
  ['a zone that is none', { zone: 'Europe/Atlantis' }, 'zone'],
  ['another spelling of a zone', { zone: 'europe/berlin' }, 'zone'],
  ['no name', { name: ' ' }, 'name'],
  ['no external id', { externalId: undefined }, 'externalId'],
  ['an unknown field', { colour: 'red' }, 'colour'],
])('%s is 422 with its path, and nothing is stored', async (_what, given, path) => {
  const before = await programmes();
  const answer = await api.post('/programmes', programme(given));
  expect([answer.status, answer.at('error.details.0.path')]).toEqual([422, path]);
  expect(await programmes()).toBe(before);
});

test('a zone is not changed, and a change must change something', async () => {
  const id = String((await api.post('/programmes', programme())).at('programme.id'));
  for (const [json, path] of [
    [{ zone: 'UTC' }, 'zone'],
    [{}, 'body'],
  ] as const) {
    const answer = await change(id, json);
    expect([answer.status, answer.at('error.details.0.path')]).toEqual([422, path]);
  }
});

test('pages of the list hold each programme once', async () => {
  await api.post('/programmes', programme());
  await api.post('/programmes', programme());
  const seen: unknown[] = [];
  for (let cursor = ''; ;) {
    const page = await api.get(`/programmes?limit=2${cursor}`);
    seen.push(...page.list('programmes').map((each) => Reflect.get(Object(each), 'id')));
    const next = page.at('nextCursor');
    if (typeof next !== 'string') break;
    cursor = `&cursor=${next}`;
  }
  expect([new Set(seen).size, seen.length]).toEqual([await programmes(), await programmes()]);
});
