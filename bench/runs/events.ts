import { createHmac } from 'node:crypto';
import { Pool } from 'undici';
import { callPaced } from './open-loop.ts';

/** An event ready to be sent: signed as the provider `mock` signs. */
export interface SignedEvent {
  headers: Record<string, string>;
  body: string;
}

/** What is said about one payment. */
export interface Settled {
  id: string;
  amountMinor: bigint;
  currency: string;
  accountRef: string;
}

/** One event a payment, and every tenth of them once more, some way behind. */
export function settledEvents(payments: readonly Settled[], secret: string): SignedEvent[] {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const timestamp = String(Math.floor(Date.now() / 1_000));
  const events: SignedEvent[] = [];
  for (const [index, payment] of payments.entries()) {
    const event = sign(key, timestamp, payment);
    events.push(event);
    const earlier = index % 10 === 9 ? events[Math.max(0, events.length - 200)] : undefined;
    if (earlier) events.push(earlier);
  }
  return events;
}

function sign(key: Buffer, timestamp: string, payment: Settled): SignedEvent {
  const id = `evt_${payment.id}`;
  const createdAt = new Date().toISOString();
  const payout = {
    id: `mp_${payment.id}`,
    reference: `${payment.id}:1`,
    recipient: payment.accountRef,
    amount: Number(payment.amountMinor),
    currency: payment.currency,
    status: 'settled',
    failureCode: null,
    createdAt,
  };
  const body = JSON.stringify({ id, type: 'payout.settled', createdAt, data: { payout } });
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  const headers = {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${signature}`,
  };
  return { headers, body };
}

const CONNECTIONS = 64;

/** Sends the events as fast as they are taken, over 64 connections; answers events a second. */
export async function sendFlatOut(url: string, events: readonly SignedEvent[]): Promise<number> {
  const pool = new Pool(url, { connections: CONNECTIONS, pipelining: 1 });
  try {
    const queue = events.values();
    const startedMs = performance.now();
    await Promise.all(
      Array.from({ length: CONNECTIONS }, async () => {
        for (const event of queue) await send(pool, event);
      }),
    );
    return (events.length * 1_000) / (performance.now() - startedMs);
  } finally {
    await pool.close();
  }
}

/** Sends so many a second, whatever the answers; answers the time of each from its due instant on, in ms. */
export async function sendPaced(
  url: string,
  events: readonly SignedEvent[],
  perSecond: number,
): Promise<number[]> {
  const pool = new Pool(url, { connections: CONNECTIONS * 4, pipelining: 1 });
  try {
    // Awaited here: the pool must not close before.
    return await callPaced(events.length, perSecond, async (index) => {
      const event = events[index];
      if (event) await send(pool, event);
    });
  } finally {
    await pool.close();
  }
}

async function send(pool: Pool, { headers, body }: SignedEvent): Promise<void> {
  const answer = await pool.request({ method: 'POST', path: '/webhooks/mock', headers, body });
  await answer.body.dump();
  if (answer.statusCode !== 200) throw new Error(`an event was answered ${answer.statusCode}`);
}
