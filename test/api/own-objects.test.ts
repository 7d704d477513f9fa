import { beforeAll, expect, test } from 'vitest';
import { newId } from '../../db/new-id.ts';
import { SYSTEM } from '../../db/queries/actor.ts';
import { changeRole } from '../../db/queries/roles.ts';
import { noRow } from '../../db/rows.ts';
import { roleHolds, ROLES, type Role } from '../../domain/permissions.ts';
import { affiliate, commission, unique } from './support/data.ts';
import { checkTarget } from './support/endpoints.ts';
import { isPermission, operationsOf, type Operation } from './support/operations.ts';
import { makeKey, useTestApi, type Answer } from './support/test-api.ts';

const MANY = { points: 1_000_000, seconds: 60 };
const api = useTestApi({
  checkTarget,
  network: { limits: { badCredentials: MANY, requests: MANY } },
});

/** Where it matters whose something is, and how that is said. All else is the same for everybody. */
const DECLARED: Record<string, Record<string, string>> = {
  key: {
    'POST /api/disbursement/batches/{id}/approve': 'own_batch approver_not_person',
    'POST /api/disbursement/batches/{id}/reject': 'own_batch approver_not_person',
    'DELETE /api/disbursement/saved-views/{id}': 'taken forbidden',
    'PATCH /api/disbursement/saved-views/{id}': 'taken forbidden',
  },
  person: {
    'POST /api/disbursement/batches/{id}/approve': 'own_batch taken',
    'POST /api/disbursement/batches/{id}/reject': 'own_batch taken',
    'POST /api/admin/api-keys/{id}/rotate': 'taken forbidden',
    'PATCH /api/admin/users/{id}': 'own_role taken',
    'POST /api/admin/users/{id}/invite': 'own_role taken',
    'DELETE /api/disbursement/saved-views/{id}': 'taken forbidden',
    'PATCH /api/disbursement/saved-views/{id}': 'taken forbidden',
  },
};

let operations: readonly Operation[] = [];

beforeAll(async () => {
  // Whoever tries every door is held after ten refusals; here they are to try them all.
  await api.db.run(
    noRow,
    `update security_policy set risk = risk || '{"permission_probing": {"enabled": false}}'`,
  );
  operations = (await operationsOf(api))
    .filter(({ permission, route }) => isPermission(permission) && route.includes('{'))
    // Its answer goes on for as long as the batch does.
    .filter(({ route }) => !route.endsWith('/events'))
    .toSorted((a, b) => order(a) - order(b));
});

/**
 * Looks come first, then words on a batch, before anybody becomes its editor; what ends things comes
 * last, and what may end the session of the caller after that.
 */
function order({ method, route }: Operation): number {
  if (route.includes('/api/auth/')) return 5;
  if (method === 'GET') return 0;
  if (route.endsWith('/approve')) return 1;
  if (route.endsWith('/reject')) return 2;
  return method === 'DELETE' || route.endsWith('/cancel') ? 4 : 3;
}

/** Somebody who calls, and what they made while they were allowed to. */
interface Maker {
  headers: Record<string, string>;
  /** By the prefix of the id. */
  made: Record<string, string>;
  /** Of the batch. */
  contentHash: string;
  /** A person below everybody who may change people. */
  visitor?: string;
}

const at = (answer: Answer, path: string): string => {
  expect([answer.status, answer.text]).toEqual([201, expect.any(String)]);
  return String(answer.at(path));
};

/** Makes one of each as somebody who may do everything. */
async function make(headers: Record<string, string>): Promise<Omit<Maker, 'headers'>> {
  const post = (path: string, json: unknown) =>
    api.call('POST', path.startsWith('/api') ? path : `/api/disbursement${path}`, {
      as: null,
      headers,
      json,
    });
  const aff = at(await post('/affiliates', affiliate()), 'items.0.id');
  const account = { affiliateId: aff, accountRef: unique('ref'), kycStatus: 'APPROVED' };
  const acc = at(await post('/mock/accounts', account), 'account.id');
  const com = at(await post('/commissions', commission(aff)), 'items.0.id');
  const batch = await post('/batches', { affiliateIds: [aff] });
  const bat = at(batch, 'batch.id');
  const listed = await api.call('GET', `/api/disbursement/batches/${bat}/payments`);
  const zone = 'UTC';
  const programme = { externalId: unique('prg'), name: 'One', zone };
  const prg = at(await post('/programmes', programme), 'programme.id');
  const held = at(await post('/affiliates', affiliate()), 'items.0.id');
  const hold = { subject: 'payee', id: held, reason: 'a test', owner: 'us' };
  const hook = { url: 'https://hooks.shop.example/events' };
  const rule = { name: 'a rule', steps: [{ role: 'admin', count: 1 }] };
  const view = { screen: 'batches', name: unique('view'), search: {}, shared: true };
  const whe = at(await post('/webhook-endpoints', hook), 'endpoint.id');
  const key = at(await post('/api/admin/api-keys', { name: 'k', role: 'viewer' }), 'apiKey.id');
  const made = {
    aff,
    acc,
    com,
    bat,
    prg,
    whe,
    key,
    pay: String(listed.at('payments.0.id')),
    hld: at(await post('/holds', hold), 'hold.id'),
    arl: at(await post('/approval-rules', rule), 'approvalRule.id'),
    svw: at(await post('/saved-views', view), 'savedView.id'),
  };
  return { made, contentHash: String(batch.at('batch.contentHash')) };
}

const become = (userId: string, to: Role) =>
  to === 'super_admin'
    ? Promise.resolve('changed')
    : changeRole(api.db, {
        id: newId('roleChange'),
        userId,
        from: 'super_admin',
        to,
        reason: null,
        actorRole: 'super_admin',
        actor: SYSTEM,
      });

async function personMaker(role: Role): Promise<Maker> {
  const person = await api.person('super_admin');
  const { made, contentHash } = await make(person.headers);
  expect(await become(person.id, role)).toBe('changed');
  const own = { ...made, usr: person.id, ses: person.sessionId };
  const { id: visitor } = await api.person('viewer');
  return { headers: person.headers, made: own, contentHash, visitor };
}

async function keyMaker(role: Role): Promise<Maker> {
  const { id, secret } = await makeKey(api.db, 'super_admin');
  const headers = { authorization: `Bearer ${secret}` };
  const { made, contentHash } = await make(headers);
  await api.db.run(noRow, 'update api_keys set role = $2 where id = $1', [id, role]);
  return { headers, made, contentHash };
}

/** How a caller fares with what a maker made: refused, by which code, or not. */
async function fares(caller: Maker, operation: Operation, maker: Maker) {
  const { contentHash, visitor } = maker;
  const made = caller === maker || !visitor ? maker.made : { ...maker.made, usr: visitor };
  const { method, body, sample } = operation;
  const path = operation.pathWith((name, example) =>
    name === 'batchId' ? made['bat'] : made[example.slice(0, 3)],
  );
  const seen = Object(sample) as Record<string, unknown>;
  const json = 'contentHash' in seen ? { ...seen, contentHash } : sample;
  const answer = await api.call(method, path, {
    as: null,
    headers: caller.headers,
    ...(body && { json }),
  });
  if (answer.status >= 500) return `broken: ${answer.status}`;
  return answer.status === 401 || answer.status === 403 ? String(answer.at('error.code')) : 'taken';
}

const MAKERS = { key: keyMaker, person: personMaker } as const;

test.each(['key', 'person'] as const)(
  'by %s: whose something is changes nothing about who may, but for what is declared',
  async (kind) => {
    const surprises: string[] = [];
    await api.person('super_admin');
    for (const role of ROLES) {
      const [caller, other] = await Promise.all([MAKERS[kind](role), MAKERS[kind]('super_admin')]);
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      for (const operation of operations) {
        const declared = DECLARED[kind]?.[operation.route];
        const foreign = await fares(caller, operation, other);
        const own = await fares(caller, operation, caller);
        const may = isPermission(operation.permission) && roleHolds(role, operation.permission);
        const met = declared && may ? `${own} ${foreign}` === declared : own === foreign;
        if (!met || (!declared && (own === 'taken') !== may))
          surprises.push(`${role} ${operation.route}: own ${own}, another’s ${foreign}`);
      }
      await api.db.run(noRow, 'update webhook_endpoints set deleted_at = now()');
    }
    expect(surprises).toEqual([]);
  },
  180_000,
);
