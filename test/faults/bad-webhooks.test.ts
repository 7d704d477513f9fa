import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Db } from '../../db/client.ts';
import { loadSecrets } from '../../stack/secrets.ts';
import { importPayees, makeBatch, payOut } from '../support/payout.ts';
import { DOORS, paymentRow, type Door, type Sent } from './doors.ts';
import { PEERS } from './peers.ts';
import { END_WITHIN_MS, onStage, type Stage } from './stage.ts';

/** The answers at one door, and what they left behind. */
interface Knocked {
  answers: Record<string, { status: number; result: string | null }>;
  /** Our rows of its payments before and after. */
  before: unknown;
  after: unknown;
  /** Events stored by it. */
  stored: number;
  /** Reasons of the refusals in the audit log. */
  refused: string[];
}

let knocked: Map<Door, Knocked>;
let sameProcesses: boolean;
beforeAll(async () => {
  await onStage(PEERS.mock, async (stage) => {
    const before = stage.stack.processIds();
    knocked = new Map();
    for (const door of DOORS) knocked.set(door, await knock(stage, door));
    sameProcesses = JSON.stringify(stage.stack.processIds()) === JSON.stringify(before);
  });
}, 600_000);

test('no process ends by bad webhooks', () => {
  expect(sameProcesses).toBe(true);
});

describe.each(DOORS.map((door) => [door.peer.title, door] as const))('%s', (_title, door) => {
  const found = (): Knocked => {
    const at = knocked.get(door);
    if (!at) throw new Error('nobody knocked');
    return at;
  };

  test('P8: junk, forged and stale events are 401, authentic junk is 422, too much is 413', () => {
    const { answers } = found();
    expect(answers['forged']?.status).toBe(401);
    expect(answers['without proof']?.status).toBe(401);
    expect(answers['junk']?.status).toBe(422);
    expect(answers['of another shape']?.status).toBe(422);
    expect(answers['binary']?.status).toBe(422);
    expect(answers['oversized']?.status).toBe(413);
    expect(answers['stale']?.status).toBe(door.growsOld ? 401 : undefined);
  });

  test('P6: an authentic event that comes again is answered the same, and stored once', () => {
    const { answers, stored } = found();
    expect(answers['told']).toMatchObject({ status: 200 });
    expect(answers['told']?.result).not.toBe('duplicate');
    expect(answers['told again']).toEqual({ status: 200, result: 'duplicate' });
    expect(stored).toBe(1);
  });

  test('nothing has changed, and the audit log tells of the refusals', () => {
    const { before, after, refused } = found();
    expect(after).toEqual(before);
    expect(refused).toEqual(['not_authentic', 'too_large', 'unreadable']);
  });
});

/** Pays one payee, and then says all kinds of things about that payment. */
async function knock(stage: Stage, door: Door): Promise<Knocked> {
  const { caller, db, stack } = stage;
  const { provider, currency, amount, accountRef } = door.peer;
  await importPayees(caller, `door-${provider}`, 1, amount, {
    provider,
    currency,
    accountRef: (_name, index) => accountRef(9, index),
  });
  await payOut(caller, await makeBatch(caller, { provider, currency }), END_WITHIN_MS);
  const [payment] = await db.run(
    paymentRow,
    `select id, generation, provider, status, amount_minor, account_ref, provider_payment_id
     from payments where provider = $1`,
    [provider],
  );
  if (!payment) throw new Error('nobody was paid');
  const before = await rowsOf(db, provider);
  const { webhookSecret } = loadSecrets(stack.dataDir);
  const deliver = async (body: string, headers: Sent) => {
    const answer = await fetch(`${stack.apiUrl}/webhooks/${provider}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    });
    const parsed = z.object({ result: z.string() }).safeParse(await answer.json());
    return { status: answer.status, result: parsed.data?.result ?? null };
  };
  const proved = (body: string, at = new Date()) =>
    deliver(body, door.proof(body, at, webhookSecret));
  const told = JSON.stringify(door.event(payment));
  const lie = told.replace(/settled|SUCCEEDED|payment\.sent|transfer\.created/g, 'failed');
  const answers: Knocked['answers'] = {
    forged: await deliver(lie, door.forged(lie, webhookSecret)),
    'without proof': await deliver(lie, {}),
    junk: await proved('{"event": "payout.succ'),
    'of another shape': await proved('[[[{"id":{"id":[1,2,3]},"data":null}]]]'),
    binary: await proved('\u0000\u0001\u0002\uFFFD{}'),
    oversized: await proved(JSON.stringify({ filler: 'x'.repeat(300_000) })),
    ...(door.growsOld && { stale: await proved(lie, new Date(Date.now() - 3_600_000)) }),
    told: await proved(told),
    'told again': await proved(told),
  };
  return {
    answers,
    before,
    after: await rowsOf(db, provider),
    stored: await storedEvents(db, provider),
    refused: await refusals(db, provider),
  };
}

/** The provider's own events may come at any time: only ours are counted. */
async function storedEvents(db: Db, provider: string): Promise<number> {
  const rows = await db.run(
    z.object({ event_id: z.string() }),
    `select event_id from webhook_events where provider = $1 and event_id ~ 'told.twice$'`,
    [provider],
  );
  return rows.length;
}

/** Everything about its payments that an event could change. */
const rowsOf = (db: Db, provider: string): Promise<unknown[]> =>
  db.run(
    z.object({ what: z.string() }),
    `select p.id || ' ' || p.status || ' ' || p.generation || ' ' || p.updated_at || ' ' || coalesce(p.failure_code, '-')
       || ' ' || a.status || ' ' || (select count(*) from ledger_entries l where l.payment_id = p.id)
       || ' ' || (select count(*) from audit_logs g where g.payment_id = p.id and g.to_state is not null)
       || ' ' || (select count(*) from payables b where b.payment_id = p.id and b.paid_at is not null) as what
     from payments p join attempts a on a.payment_id = p.id where p.provider = $1 order by 1`,
    [provider],
  );

/** The refusals of one second share a row, so what is asked is which reasons were written down. */
async function refusals(db: Db, provider: string): Promise<string[]> {
  const rows = await db.run(
    z.object({ reason: z.string() }),
    `select distinct details ->> 'reason' as reason from audit_logs
     where action = 'webhook.rejected' and details ->> 'provider' = $1 order by 1`,
    [provider],
  );
  return rows.map(({ reason }) => reason);
}
