import { describe, expect, test } from 'vitest';
import { page, tableRows } from '../docs/pages.ts';
import { unique } from './support/data.ts';
import { count, useTestApi, type CallOptions } from './support/test-api.ts';

const api = useTestApi();

const MODEL = {
  recipients: [
    { recipientId: 'seller', shareBps: 7_000, capAmount: 500_000 },
    { recipientId: 'referrer', shareBps: 3_000 },
  ],
  platformFeeBps: 500,
  platformFeeTiers: [{ fromAmount: 50_000, feeBps: 250 }],
  platformFeeCapAmount: 4_000,
  taxWithholdingBps: { seller: 1_000 },
  fixedAmounts: [{ recipientId: 'notary', amount: 1_500 }],
  currency: 'USD',
};
const PLAIN = { recipients: [{ recipientId: 'all', shareBps: 10_000 }], platformFeeBps: 0 };

const pathOf = (projectId: string) => `/revenue/projects/${encodeURIComponent(projectId)}`;
const put = (projectId: string, json: unknown, options: CallOptions = {}) =>
  api.call('PUT', `${pathOf(projectId)}/split-model`, { as: 'manager', json, ...options });
const get = (projectId: string, query = '') =>
  api.call('GET', `${pathOf(projectId)}/split-model${query}`, { as: 'viewer' });
const calculate = (json: unknown, options: CallOptions = {}) =>
  api.call('POST', '/revenue/calculate', { as: 'operator', json, ...options });

const stored = (projectId: string) =>
  count(api.db, 'select count(*) as n from split_models where project_id = $1', [projectId]);
const trailed = (projectId: string) =>
  count(
    api.db,
    `select count(*) as n from audit_logs
     where action = 'split_model.stored' and details->>'projectId' = $1 and actor = $2`,
    [projectId, `key:${api.keys.manager.id}`],
  );

/** A project with a model. */
async function project(model: unknown = MODEL): Promise<string> {
  const projectId = unique('project');
  expect((await put(projectId, model)).status).toBe(200);
  return projectId;
}

test('a model is kept as it was given, and divides an amount into parts that sum to it', async () => {
  const projectId = unique('project');
  const kept = await put(projectId, MODEL);
  expect([kept.status, kept.body]).toEqual([
    200,
    {
      projectId,
      version: 1,
      createdAt: expect.stringMatching(/^\d{4}-.*Z$/),
      createdBy: `key:${api.keys.manager.id}`,
      model: {
        ...MODEL,
        recipients: [MODEL.recipients[0], { ...MODEL.recipients[1], capAmount: null }],
      },
    },
  ]);
  const answer = await calculate({ projectId, amount: 100_001, currency: 'USD' });
  // 98,501 are divided; their fee is 2,500 and 1,212.525.
  expect([answer.status, answer.body]).toEqual([
    200,
    {
      projectId,
      modelVersion: 1,
      currency: 'USD',
      amount: 100_001,
      breakdown: [
        {
          recipientId: 'seller',
          grossShare: 68_951,
          platformFeeShare: 2_598,
          taxWithheldShare: 6_635,
          netAmount: 59_718,
        },
        {
          recipientId: 'referrer',
          grossShare: 29_550,
          platformFeeShare: 1_114,
          taxWithheldShare: 0,
          netAmount: 28_436,
        },
        {
          recipientId: 'notary',
          grossShare: 1_500,
          platformFeeShare: 0,
          taxWithheldShare: 0,
          netAmount: 1_500,
        },
      ],
      totalDistributed: 89_654,
      platformFee: 3_712,
      taxWithheld: 6_635,
    },
  ]);
  expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
});

const EXAMPLE = '### An example';
const amountIn = (cell: string): number => Number(cell.replaceAll(',', ''));

test('the example of docs/escrow.md is what is answered', async () => {
  const [, section = ''] = page('docs/escrow.md').split(`\n${EXAMPLE}\n`);
  const [, example = ''] = /```json\n([\s\S]*?)```/.exec(section) ?? [];
  const rows = tableRows(page('docs/escrow.md'), EXAMPLE).slice(1, -1);
  const projectId = await project(JSON.parse(example));
  const answer = await calculate({ projectId, amount: 250_000, currency: 'USD' });
  const written = rows.map(([id = '', ...parts]) => [
    id.replaceAll('`', ''),
    ...parts.map(amountIn),
  ]);
  const shares = answer.list('breakdown').map((share) => Object.values(Object(share)));
  expect(shares).toHaveLength(4);
  expect(shares).toEqual(written);
});

test('each model is a version of its own, and none is ever changed', async () => {
  const projectId = await project(PLAIN);
  const first = await get(projectId);
  // What an answer has is what a body may have.
  const again = await put(projectId, first.at('model'));
  expect([again.status, again.at('version')]).toEqual([200, 2]);
  expect((await put(projectId, { ...PLAIN, platformFeeBps: 100 })).at('version')).toBe(3);
  expect((await get(projectId)).at('model.platformFeeBps')).toBe(100);
  expect((await get(projectId, '?version=1')).body).toEqual(first.body);
  const asked = { projectId, amount: 1_000, currency: 'JPY' };
  expect((await calculate(asked)).at('platformFee')).toBe(10);
  const before = await calculate({ ...asked, version: 1 });
  expect([before.at('modelVersion'), before.at('platformFee')]).toEqual([1, 0]);
  expect([await stored(projectId), await trailed(projectId)]).toEqual([3, 3]);
  const versionsOf = (answer: typeof first) =>
    answer.list('splitModels').map((row) => Reflect.get(Object(row), 'version'));
  const list = `${pathOf(projectId)}/split-models?limit=2`;
  const newest = await api.call('GET', list, { as: 'viewer' });
  const oldest = await api.call('GET', `${list}&cursor=${String(newest.at('nextCursor'))}`);
  expect([versionsOf(newest), versionsOf(oldest)]).toEqual([[3, 2], [1]]);
  expect(oldest.at('nextCursor')).toBe(null);
});

test('a hundred models stored at once are a hundred versions', async () => {
  const projectId = unique('project');
  const answers = await Promise.all(Array.from({ length: 100 }, () => put(projectId, PLAIN)));
  const versions = answers.map((answer) => Number(answer.at('version')));
  expect(versions.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i + 1));
  expect([await stored(projectId), await trailed(projectId)]).toEqual([100, 100]);
});

test('10,000 recipients are stored and divided', async () => {
  const recipients = Array.from({ length: 10_000 }, (_, index) => ({
    recipientId: `recipient-${index}`,
    shareBps: 1,
  }));
  const projectId = await project({ recipients, platformFeeBps: 250 });
  const amount = Number.MAX_SAFE_INTEGER;
  const answer = await calculate({ projectId, amount, currency: 'USD' });
  const sums = [answer.at('totalDistributed'), answer.at('platformFee'), answer.at('taxWithheld')];
  expect(sums.reduce((sum: bigint, part) => sum + BigInt(Number(part)), 0n)).toBe(BigInt(amount));
  expect(answer.list('breakdown')).toHaveLength(10_000);
});

describe('who may', () => {
  test('store a model from manager on, divide from operator on, look from viewer on', async () => {
    const projectId = await project();
    const asked = { projectId, amount: 1_000_000, currency: 'USD' };
    for (const as of ['viewer', 'operator', 'processor'] as const) {
      const refused = await put(projectId, PLAIN, { as });
      expect([refused.status, refused.at('error.code')]).toEqual([403, 'forbidden']);
    }
    expect((await calculate(asked, { as: 'viewer' })).status).toBe(403);
    expect((await calculate(asked)).status).toBe(200);
    expect((await get(projectId)).status).toBe(200);
    const unknown = await api.call('GET', `${pathOf(projectId)}/split-model`, { as: null });
    expect(unknown.status).toBe(401);
    expect(await stored(projectId)).toBe(1);
  });

  test('nobody finds a model that is not there', async () => {
    const projectId = await project();
    expect((await get(unique('project'))).status).toBe(404);
    expect((await get(projectId, '?version=2')).status).toBe(404);
    expect((await get(projectId, '?version=0')).status).toBe(422);
    expect((await get(projectId, '?version=last')).status).toBe(422);
    expect((await get(projectId, '?other=1')).status).toBe(422);
    const list = await api.call('GET', `${pathOf(unique('project'))}/split-models`);
    expect([list.status, list.body]).toEqual([200, { splitModels: [], nextCursor: null }]);
    const forged = await api.call('GET', `${pathOf(projectId)}/split-models?cursor=WyJhIl0`);
    expect(forged.status).toBe(422);
  });
});

describe('a model that cannot divide amounts is split_invalid and not stored', () => {
  const [seller, referrer] = MODEL.recipients;

  test.each<[string, object, string]>([
    ['shares of 9,999', { recipients: [seller, { ...referrer, shareBps: 2_999 }] }, 'recipients'],
    ['a negative fee', { platformFeeBps: -1 }, 'platformFeeBps'],
    ['a fee above the whole', { platformFeeBps: 10_001 }, 'platformFeeBps'],
    ['nobody', { recipients: [] }, 'recipients'],
    ['a negative share', { recipients: [{ ...seller, shareBps: -1 }] }, 'recipients.0.shareBps'],
    ['one recipient twice', { recipients: [referrer, referrer] }, 'recipients.1.recipientId'],
    [
      'a cap of nothing',
      { recipients: [{ ...seller, capAmount: 0 }, referrer] },
      'recipients.0.capAmount',
    ],
    ['a tax of nobody', { taxWithholdingBps: { Seller: 1 } }, 'taxWithholdingBps.Seller'],
    [
      'a fixed amount of nothing',
      { fixedAmounts: [{ recipientId: 'notary', amount: 0 }] },
      'fixedAmounts.0.amount',
    ],
    [
      'a tier below nothing',
      { platformFeeTiers: [{ fromAmount: -5, feeBps: 1 }] },
      'platformFeeTiers.0.fromAmount',
    ],
    ['amounts without a currency', { currency: null }, 'currency'],
    ['a currency that is none', { currency: 'XYZ' }, 'currency'],
  ])('%s', async (_name, given, path) => {
    const projectId = unique('project');
    const answer = await put(projectId, { ...MODEL, ...given });
    expect([answer.status, answer.at('error.code')]).toEqual([422, 'split_invalid']);
    expect(answer.at('error.details.0.path')).toBe(path);
    expect(await stored(projectId)).toBe(0);
  });

  test('says by how much the shares are off', async () => {
    const recipients = [seller, { ...referrer, shareBps: 2_999 }];
    const answer = await put(unique('project'), { ...MODEL, recipients });
    expect(answer.at('error.details')).toEqual([
      {
        path: 'recipients',
        reason: 'the shares sum to 9,999 basis points; they must sum to 10,000',
      },
    ]);
  });
});

describe('what is no model at all is validation_error and not stored', () => {
  const oneOf = (given: object) => ({ recipients: [{ ...PLAIN.recipients[0], ...given }] });

  test.each<[string, object, string]>([
    ['half a basis point', { platformFeeBps: 0.5 }, 'platformFeeBps'],
    ['a rate as text', { platformFeeBps: '5' }, 'platformFeeBps'],
    ['an amount with a fraction', { platformFeeCapAmount: 10.5 }, 'platformFeeCapAmount'],
    ['a share too much', oneOf({ share: 1 }), 'recipients.0.share'],
    ['no id', oneOf({ recipientId: ' ' }), 'recipients.0.recipientId'],
    ['a long id', oneOf({ recipientId: 'x'.repeat(201) }), 'recipients.0.recipientId'],
    ['an id with a zero byte', oneOf({ recipientId: 'a\u0000b' }), 'recipients.0.recipientId'],
    ['half of a letter', oneOf({ recipientId: 'a\ud83d' }), 'recipients.0.recipientId'],
    ['a name of objects', oneOf({ recipientId: '__proto__' }), 'recipients.0.recipientId'],
    ['a rate that is none', { taxWithholdingBps: { all: null } }, 'taxWithholdingBps.all'],
  ])('%s', async (_name, given, path) => {
    const projectId = unique('project');
    const answer = await put(projectId, { ...PLAIN, ...given });
    expect([answer.status, answer.at('error.code')]).toEqual([422, 'validation_error']);
    expect(answer.at('error.details.0.path')).toBe(path);
    expect(await stored(projectId)).toBe(0);
  });

  test('101 unknown fields are 422, and 100 of them are named', async () => {
    const projectId = unique('project');
    const unknown = Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`field${i}`, i]));
    const answer = await put(projectId, { ...MODEL, ...unknown });
    expect([answer.status, answer.at('error.code')]).toEqual([422, 'validation_error']);
    expect(answer.list('error.details')).toHaveLength(100);
    expect(answer.at('error.details.99')).toEqual({
      path: 'field99',
      reason: 'is not a known field',
    });
    expect(await stored(projectId)).toBe(0);
  });

  test('200 problems of a model are 422, and 100 of them are named', async () => {
    const recipients = Array.from({ length: 200 }, () => ({ recipientId: 'same', shareBps: 50 }));
    const answer = await put(unique('project'), { recipients, platformFeeBps: 0 });
    expect([answer.status, answer.at('error.code')]).toEqual([422, 'split_invalid']);
    expect(answer.list('error.details')).toHaveLength(100);
  });

  test('unreadable JSON is 400, a path that names no project 404', async () => {
    const raw = { raw: '{', headers: { 'content-type': 'application/json' } };
    const path = `${pathOf('project')}/split-model`;
    expect((await api.call('PUT', path, raw)).status).toBe(400);
    for (const projectId of ['x'.repeat(201), '\u0000', ' ']) {
      expect((await put(projectId, PLAIN)).status).toBe(404);
    }
  });
});

describe('an amount that cannot be divided', () => {
  test.each<[string, object, string, string]>([
    ['nothing', { amount: 0 }, 'validation_error', 'amount'],
    ['less than nothing', { amount: -1 }, 'validation_error', 'amount'],
    ['a fraction', { amount: 10.5 }, 'validation_error', 'amount'],
    ['text', { amount: '1000' }, 'validation_error', 'amount'],
    ['more than amounts may be', { amount: 2 ** 53 }, 'validation_error', 'amount'],
    ['a currency that is none', { currency: 'XYZ' }, 'validation_error', 'currency'],
    ['a currency in small letters', { currency: 'usd' }, 'validation_error', 'currency'],
    ['another currency', { currency: 'EUR' }, 'split_invalid', 'currency'],
    ['less than the fixed amounts', { amount: 1_499 }, 'split_invalid', 'amount'],
    ['a version that is not there', { version: 2 }, 'validation_error', 'version'],
    ['a field that is unknown', { total: 1 }, 'validation_error', 'total'],
  ])('%s', async (_name, given, code, path) => {
    const projectId = await project();
    const answer = await calculate({ projectId, amount: 10_000, currency: 'USD', ...given });
    expect([answer.status, answer.at('error.code')]).toEqual([422, code]);
    expect(answer.at('error.details.0.path')).toBe(path);
    expect(await stored(projectId)).toBe(1);
  });

  test('that of a project without a model', async () => {
    const projectId = unique('project');
    const answer = await calculate({ projectId, amount: 10_000, currency: 'USD' });
    expect([answer.status, answer.at('error.details')]).toEqual([
      422,
      [{ path: 'projectId', reason: 'has no split model yet; PUT one first' }],
    ]);
  });
});
