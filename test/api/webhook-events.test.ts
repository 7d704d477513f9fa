import { expect, test } from 'vitest';
import { Webhook } from 'standardwebhooks';
import { WebhookRejected, type Provider } from '../../providers/port.ts';
import { sentPayments, statesOf, type SentPayment } from '../support/sent-payments.ts';
import { unique } from './support/data.ts';
import { count, useTestApi, WEBHOOK_SECRET } from './support/test-api.ts';

/** Two more doors: a provider whose events are hints, and one that finds every event to be a stranger's. */
const doors = (mock: Provider): Provider[] => [
  {
    ...mock,
    name: 'xendit',
    capabilities: { ...mock.capabilities, webhooksProve: false, webhooksCarryDetails: true },
  },
  {
    ...mock,
    name: 'stripe',
    verifyWebhook: () => {
      throw new WebhookRejected('foreign_account', 'not ours');
    },
  },
];
const api = useTestApi({ providers: doors });

const bodyOf = (payment: Partial<SentPayment>, status = 'settled') =>
  JSON.stringify({
    id: unique('evt'),
    type: `payout.${status}`,
    data: {
      payout: {
        id: payment.providerPaymentId ?? 'mp_1',
        reference: payment.reference ?? `pay_${'0'.repeat(32)}:1`,
        recipient: 'CANARY-4711',
        amount: Number(payment.amountMinor ?? 1n),
        currency: 'USD',
        status,
        createdAt: new Date().toISOString(),
      },
    },
  });

const idOf = (body: string): string => /"id":"(evt-[^"]+)"/.exec(body)?.[1] ?? 'none';

function deliver(body: string, provider = 'mock', secret = WEBHOOK_SECRET) {
  const at = new Date();
  const headers = {
    'content-type': 'application/json',
    'webhook-id': idOf(body),
    'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
    'webhook-signature': new Webhook(secret).sign(idOf(body), at, body),
  };
  return api.call('POST', `/webhooks/${provider}`, { as: null, raw: body, headers });
}

async function onePayment(): Promise<SentPayment> {
  const [payment] = await sentPayments(api.db, 1);
  if (!payment) throw new Error('no payment was made');
  return payment;
}
const replay = (eventId: string, provider = 'mock', as: 'operator' | 'processor' = 'processor') =>
  api.post(`/webhook-events/${provider}/${encodeURIComponent(eventId)}/replay`, {}, { as });

test('a stored event is applied again under the same guards, counted, and audited with who did it', async () => {
  const payment = await onePayment();
  const body = bodyOf(payment);
  expect((await deliver(body)).at('result')).toBe('applied');
  const again = await replay(idOf(body));
  expect([again.status, again.at('result')]).toEqual([200, 'ignored']);
  const page = await api.get(`/webhook-events?paymentId=${payment.id}`, { as: 'viewer' });
  expect(page.at('webhookEvents.0')).toMatchObject({ result: 'applied', replays: 1 });
  const audit = await api.get(`/audit-logs?action=webhook.replayed&paymentId=${payment.id}`);
  expect(audit.at('auditLogs.0')).toMatchObject({ actor: `key:${api.keys.processor.id}` });
  expect(await statesOf(api.db, [payment])).toEqual(new Map([[payment.id, 'COMPLETED']]));
});

test('events are found by the batch whose payment they are about', async () => {
  const [one, other] = [await onePayment(), await onePayment()];
  const body = bodyOf(one);
  await deliver(body);
  await deliver(bodyOf(other));
  const page = await api.get(`/webhook-events?batchId=${one.batchId}&provider=mock&limit=5`);
  expect(page.list('webhookEvents')).toMatchObject([{ eventId: idOf(body), paymentId: one.id }]);
  const nothing = await api.get(`/webhook-events?batchId=bat_${'0'.repeat(32)}`);
  expect(nothing.list('webhookEvents')).toEqual([]);
});

test('a replay heals an event that could not be applied when it came', async () => {
  const payment = await onePayment();
  const body = bodyOf(payment, 'in_limbo');
  expect((await deliver(body)).at('result')).toBe('ignored');
  expect(await count(api.db, "select count(*) as n from cases where kind = 'unknown_status'")).toBe(
    1,
  );
  // As after an update that knows the word.
  await api.db.orm.execute(
    `update webhook_events set payload = replace(payload, 'in_limbo', 'settled') where event_id = '${idOf(body)}'`,
  );
  expect((await replay(idOf(body))).at('result')).toBe('applied');
  expect(await statesOf(api.db, [payment])).toEqual(new Map([[payment.id, 'COMPLETED']]));
});

test('a replay that is sent twice under one key is one replay', async () => {
  const body = bodyOf({});
  await deliver(body);
  const options = { as: 'processor', headers: { 'idempotency-key': unique('key') } } as const;
  const path = `/webhook-events/mock/${idOf(body)}/replay`;
  await api.post(path, {}, options);
  expect((await api.post(path, {}, options)).status).toBe(200);
  const page = await api.get('/webhook-events?limit=1');
  expect(page.at('webhookEvents.0')).toMatchObject({ eventId: idOf(body), replays: 1 });
});

test('nobody below the permission "reconcile" replays; what is not there is 404', async () => {
  expect((await replay('evt-none', 'mock', 'operator')).status).toBe(403);
  expect((await replay('evt-none')).status).toBe(404);
  expect((await replay('a/b:c', 'mock')).status).toBe(404);
  expect((await replay('evt-none', 'riseworks')).status).toBe(404);
});

test('the list has filters and pages that miss nothing', async () => {
  await Promise.all(Array.from({ length: 25 }, () => deliver(bodyOf({}))));
  const seen: unknown[] = [];
  let cursor = '';
  for (let page = 0; page < 10 && (page === 0 || cursor !== ''); page += 1) {
    const answer = await api.get(
      `/webhook-events?result=unmatched&provider=mock&limit=7${cursor && `&cursor=${cursor}`}`,
    );
    seen.push(
      ...answer.list('webhookEvents').map((event) => Reflect.get(Object(event), 'eventId')),
    );
    const next = answer.at('nextCursor');
    cursor = typeof next === 'string' ? next : '';
  }
  const unmatched =
    "select count(*) as n from webhook_events where result = 'unmatched' and provider = 'mock'";
  expect(seen).toHaveLength(await count(api.db, unmatched));
  expect(new Set(seen).size).toBe(seen.length);
  const bad = await api.get('/webhook-events?cursor=WyJ4Il0');
  expect(bad.status).toBe(422);
});

test('no body of an event, and nothing of it, is in the answers; details lie encrypted', async () => {
  const body = bodyOf({});
  expect((await deliver(body, 'xendit')).at('result')).toBe('unmatched');
  const answer = await api.get('/webhook-events');
  expect(answer.text).not.toContain('CANARY');
  const kept = `select count(*) as n from webhook_events where provider = 'xendit'`;
  expect(await count(api.db, kept)).toBe(1);
  expect(await count(api.db, `${kept} and payload like '%CANARY%'`)).toBe(0);
  expect((await replay(idOf(body), 'xendit')).status).toBe(202);
});

test('one event shows what happened, and of its body nothing of a payee, sealed or not', async () => {
  const payment = await onePayment();
  const body = bodyOf(payment);
  await deliver(body);
  const hint = bodyOf({});
  await deliver(hint, 'xendit');
  for (const [provider, sent] of [
    ['mock', body],
    ['xendit', hint],
  ] as const) {
    const answer = await api.get(`/webhook-events/${provider}/${idOf(sent)}`, { as: 'viewer' });
    expect(answer.at('webhookEvent')).toMatchObject({ provider, eventId: idOf(sent) });
    expect(answer.at('payload.data.payout')).toMatchObject({ currency: 'USD', recipient: '••••' });
    expect(answer.text).not.toContain('CANARY');
  }
  expect((await api.get(`/webhook-events/stripe/${idOf(body)}`)).status).toBe(404);
});

test('P8: events about a stranger’s account are 401; three of them are a case, once', async () => {
  for (let sent = 0; sent < 5; sent += 1) {
    const answer = await deliver(bodyOf({}), 'stripe');
    expect([answer.status, answer.at('error.code')]).toEqual([401, 'unauthorized']);
  }
  const attacks =
    "select count(*) as n from cases where kind = 'webhook_attack' and subject = 'stripe'";
  await expect.poll(() => count(api.db, attacks), { timeout: 10_000 }).toBe(1);
  expect(
    await count(api.db, "select count(*) as n from webhook_events where provider = 'stripe'"),
  ).toBe(0);
  const rows =
    "select count(*) as n from audit_logs where action = 'webhook.rejected' and details->>'reason' = 'foreign_account'";
  expect(await count(api.db, rows)).toBeGreaterThan(0);
});

test('P8: 1,000 forged, changed and stale events: every one 401, none stored, no payment moved', async () => {
  const payments = await sentPayments(api.db, 10);
  const before = await count(api.db, 'select count(*) as n from webhook_events');
  const forge = (payment: SentPayment, way: number) => {
    const body = bodyOf(payment);
    if (way === 0) return deliver(body, 'mock', 'whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA');
    const at = new Date(Date.now() - (way === 1 ? 3_600_000 : 0));
    const signature = new Webhook(WEBHOOK_SECRET).sign(idOf(body), at, body);
    const headers = {
      'content-type': 'application/json',
      'webhook-id': way === 3 ? unique('evt') : idOf(body),
      'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
      'webhook-signature': signature,
    };
    const raw = way === 2 ? body.replace('settled', 'failed') : body;
    return api.call('POST', '/webhooks/mock', { as: null, raw, headers });
  };
  const answers = await Promise.all(
    Array.from({ length: 1_000 }, (_, index) => {
      const payment = payments[index % payments.length];
      if (!payment) throw new Error('no payment');
      return forge(payment, index % 4);
    }),
  );
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]));
  expect(await count(api.db, 'select count(*) as n from webhook_events')).toBe(before);
  expect(new Set((await statesOf(api.db, payments)).values())).toEqual(new Set(['PROCESSING']));
});
