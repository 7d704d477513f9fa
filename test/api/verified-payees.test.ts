import { Webhook } from 'standardwebhooks';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { createApp } from '../../api/app.ts';
import { openLog } from '../../api/log.ts';
import type { TemporalClient } from '../../api/temporal.ts';
import { bindAccounts } from '../../db/queries/bind-accounts.ts';
import { queueIfCleared } from '../../db/queries/queue-batch.ts';
import { acquireSlot, releaseSlot } from '../../db/queries/slot.ts';
import { SYSTEM } from '../../db/queries/actor.ts';
import { makeProviders } from '../../providers/registry.ts';
import { plainTools } from '../../providers/tools.ts';
import { insertProject, releaseTo, schedule } from '../support/releases.ts';
import { AUTH_SECRET } from '../support/people.ts';
import { testVault } from '../support/vault.ts';
import { affiliate, unique } from './support/data.ts';
import { BASE, useTestApi, WEBHOOK_SECRET } from './support/test-api.ts';

const api = useTestApi();

/** The batches whose workflows were told to look. */
const woken: string[] = [];
let app: ReturnType<typeof createApp>;
let projectId: string;

beforeAll(async () => {
  const temporal = new Proxy({} as TemporalClient, {
    get: (_target, name) =>
      name === 'wakeBatch' ? (batchId: string) => woken.push(batchId) : () => {},
  });
  const mock = {
    baseUrl: `${api.simulatorUrl}/mock`,
    apiKey: 'mock_key',
    webhookSecret: WEBHOOK_SECRET,
    submission: 'single',
  } as const;
  app = createApp({
    db: api.db,
    vault: testVault,
    temporal,
    providers: makeProviders({ mock }, plainTools()),
    log: openLog('error'),
    auth: { secret: AUTH_SECRET },
    settings: {
      publicUrl: 'http://api.test',
      temporalUiUrl: undefined,
      temporalNamespace: 'none',
      approvalsRequired: 0,
      defaultProvider: 'mock',
    },
  });
  projectId = await insertProject(api.db);
});
beforeEach(() => {
  woken.length = 0;
});

async function call(method: string, path: string, body: unknown, contentType = 'application/json') {
  const headers = {
    authorization: `Bearer ${api.keys.super_admin.secret}`,
    'content-type': contentType,
  };
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const answer = await app.request(path, { method, headers, body: text }, {});
  if (!answer.ok) throw new Error(await answer.text());
  return answer;
}

/** A payee with a share of an escrow release, held since there is no account to send it to. */
async function addParked() {
  const externalId = unique('aff');
  const made = await api.post('/affiliates', affiliate({ externalId }));
  const payeeId = String(made.at('items.0.id'));
  const { batchId } = await schedule(api.db, releaseTo(projectId, [{ payeeId, netMinor: 500n }]));
  await queueIfCleared(api.db, batchId, SYSTEM);
  if (!(await acquireSlot(api.db, batchId))) throw new Error('another batch holds the slot');
  await bindAccounts(api.db, batchId, { fromChunk: 0, toChunk: 10 });
  await releaseSlot(api.db, batchId);
  return { payeeId, externalId, batchId, accountRef: unique('ref') };
}
type Parked = Awaited<ReturnType<typeof addParked>>;

async function addAccount({ payeeId, accountRef }: Parked, kycStatus: string): Promise<string> {
  const account = { affiliateId: payeeId, accountRef, kycStatus };
  const made = await call('POST', `${BASE}/mock/accounts`, account);
  const { account: stored } = Object(await made.json());
  return String(Reflect.get(Object(stored), 'id'));
}

const setAtProvider = ({ accountRef }: Parked, kycStatus: string) =>
  fetch(`${api.simulatorUrl}/_sim/accounts`, {
    method: 'POST',
    body: JSON.stringify({ provider: 'mock', accounts: [{ accountRef, kycStatus }] }),
  });

function tell({ accountRef }: Parked, kycStatus: string, id = unique('evt')) {
  const at = new Date();
  const body = JSON.stringify({
    id,
    type: 'account.updated',
    createdAt: at.toISOString(),
    data: { account: { accountRef, kycStatus } },
  });
  const headers = {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
    'webhook-signature': new Webhook(WEBHOOK_SECRET).sign(id, at, body),
  };
  return app.request('/webhooks/mock', { method: 'POST', headers, body }, {});
}

const told = () => woken.toSorted();
const SOON = { timeout: 10_000 };

test('a batch that waits for a payee is told when the provider has verified the account', async () => {
  const [parked, other] = [await addParked(), await addParked()];
  await addAccount(parked, 'PENDING');
  await addAccount(other, 'PENDING');
  await tell(other, 'REJECTED');
  await tell(parked, 'APPROVED');
  await expect.poll(told, SOON).toEqual([parked.batchId]);
  await tell(parked, 'APPROVED');
  await tell(other, 'APPROVED');
  await expect.poll(told, SOON).toEqual([parked.batchId, other.batchId].toSorted());
});

test('and when an event that came before the account is replayed', async () => {
  const parked = await addParked();
  const eventId = unique('evt');
  await tell(parked, 'APPROVED', eventId);
  await addAccount(parked, 'PENDING');
  await call('POST', `${BASE}/webhook-events/mock/${eventId}/replay`, {});
  await expect.poll(told, SOON).toEqual([parked.batchId]);
});

test('and when a sync finds that', async () => {
  const [parked, other] = [await addParked(), await addParked()];
  await addAccount(parked, 'PENDING');
  await addAccount(other, 'PENDING');
  await setAtProvider(parked, 'APPROVED');
  await setAtProvider(other, 'REJECTED');
  await call('POST', `${BASE}/mock/sync`, {});
  await expect.poll(told, SOON).toEqual([parked.batchId]);
});

test('and when a person adds a verified account, or verifies one', async () => {
  const [added, verified] = [await addParked(), await addParked()];
  const id = await addAccount(verified, 'PENDING');
  await addAccount(added, 'APPROVED');
  await expect.poll(told, SOON).toEqual([added.batchId]);
  await call('PATCH', `${BASE}/mock/accounts/${id}`, { kycStatus: 'APPROVED' });
  await expect.poll(told, SOON).toEqual([added.batchId, verified.batchId].toSorted());
});

test('and when an import brings it', async () => {
  const [verified, pending] = [await addParked(), await addParked()];
  const { fullName, email, country, currency } = affiliate();
  const line = ({ externalId, accountRef }: Parked, kycStatus: string) =>
    [externalId, fullName, email, country, currency, 'mock', accountRef, kycStatus].join(',');
  const csv = [
    'external_id,full_name,email,country,currency,provider,account_ref,kyc_status',
    line(verified, 'APPROVED'),
    line(pending, 'PENDING'),
  ].join('\n');
  const answer = await call('POST', `${BASE}/imports?kind=affiliates`, csv, 'text/csv');
  expect(await answer.json()).toEqual({ accepted: 2, rejected: 0, errors: [] });
  await expect.poll(told, SOON).toEqual([verified.batchId]);
});
