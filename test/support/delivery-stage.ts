import { randomBytes } from 'node:crypto';
import { MockActivityEnvironment } from '@temporalio/testing';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { z } from 'zod';
import { makeDeliverEvents } from '../../activities/deliver-events.ts';
import { openDatabase, type Db } from '../../db/client.ts';
import { newId } from '../../db/new-id.ts';
import { SYSTEM } from '../../db/queries/actor.ts';
import { createEndpoint } from '../../db/queries/webhook-endpoints.ts';
import type { Vault } from '../../db/vault.ts';
import { readAllowedTargets } from '../../domain/target.ts';
import { openOutgoing, type Outgoing, type OutgoingOptions } from '../../providers/outgoing.ts';
import { startReceiver, type Receiver } from './receiver.ts';
import { createTestDatabase } from './test-database.ts';
import { testVault } from './vault.ts';

const HERE = readAllowedTargets('127.0.0.0/8') ?? undefined;

/** Calls as the product makes them, to this machine too. */
export const openHere = (options: OutgoingOptions = {}): Outgoing =>
  openOutgoing({ ...(HERE && { allowed: HERE }), ...options });

export const drawSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`;

const deliveryRow = z.object({
  id: z.string(),
  status: z.string(),
  tries: z.number(),
  wait_s: z.number(),
  attempts: z.array(z.object({ status: z.number().nullable(), error: z.string().nullable() })),
});
const auditRow = z.object({
  action: z.string(),
  status: z.string(),
  batch_id: z.string().nullable(),
});
const deliveredSchema = z.object({ left: z.number(), nextMs: z.number() });

interface DeliverOptions {
  lingerMs?: number;
  lookEveryMs?: number;
  by?: Outgoing;
  vault?: Vault;
}

/** A database of its own, a receiver for each test, and what a test of deliveries does and asks. */
export function useDeliveryStage() {
  const held: { db?: Db; receiver?: Receiver; outgoing?: Outgoing } = {};
  const close: (() => Promise<unknown>)[] = [];
  const need = <T>(thing: T | undefined): T => {
    if (thing === undefined) throw new Error('the stage is not set up yet');
    return thing;
  };
  const run = (text: string, values: readonly unknown[] = []) =>
    need(held.db).run(z.unknown(), text, values);
  beforeAll(async () => {
    const database = await createTestDatabase();
    const db = openDatabase(database.databaseUrl);
    held.db = db;
    close.push(
      () => db.close(),
      () => database.drop(),
    );
  });
  afterAll(async () => {
    for (const each of close) await each();
  });
  beforeEach(async () => {
    held.receiver = await startReceiver();
    held.outgoing = openHere();
  });
  afterEach(async () => {
    await held.outgoing?.close();
    await held.receiver?.close();
    await run('update webhook_endpoints set deleted_at = now() where deleted_at is null');
  });
  return {
    get db() {
      return need(held.db);
    },
    get receiver() {
      return need(held.receiver);
    },
    set receiver(receiver: Receiver) {
      held.receiver = receiver;
    },
    run,
    /** Registers an endpoint, at the receiver unless told. */
    async endpoint(url = need(held.receiver).url, eventTypes: readonly string[] = []) {
      const id = newId('endpoint');
      const secret = drawSecret();
      const secretSealed = testVault.seal(id, secret);
      const given = { id, url, description: null, eventTypes, secretSealed };
      await createEndpoint(need(held.db), given, SYSTEM);
      return { id, secret };
    },
    /** Events of a batch, one statement each, as the product writes them; answers their ids. */
    async events(batchId: string, count: number, type = 'payout.item.paid') {
      const ids = Array.from({ length: count }, () => newId('event'));
      for (const [place, id] of ids.entries()) {
        await run(
          `insert into outbox_events (id, type, batch_id, data) values ($1, $2, $3,
             jsonb_build_object('batchId', $3::text, 'amount', 9007199254740991, 'place', $4::int))`,
          [id, type, batchId, place],
        );
      }
      return ids;
    },
    /** One run of the activity, which lingers only where told. */
    async deliver(endpointId: string, options: DeliverOptions = {}) {
      const { lingerMs = 0, lookEveryMs = 20, vault = testVault } = options;
      const outgoing = options.by ?? need(held.outgoing);
      const pace = { lingerMs, lookEveryMs, runMaxMs: 20_000 };
      const activity = makeDeliverEvents({ db: need(held.db), vault, outgoing }, pace);
      const left: unknown = await new MockActivityEnvironment().run(activity, { endpointId });
      return deliveredSchema.parse(left);
    },
    /** Makes what waits for its next try due now. */
    age: (endpointId: string) =>
      run(
        "update event_deliveries set due_at = now() - interval '1 second' where endpoint_id = $1 and status = 'PENDING'",
        [endpointId],
      ),
    deliveriesOf: (endpointId: string) =>
      need(held.db).run(
        deliveryRow,
        `select e.id, d.status, d.tries, extract(epoch from d.due_at - now())::float8 as wait_s, coalesce((
           select jsonb_agg(jsonb_build_object('status', a.response_status, 'error', a.error) order by a.attempt)
           from delivery_attempts a where a.endpoint_id = d.endpoint_id and a.sequence = d.sequence), '[]') as attempts
         from event_deliveries d join outbox_events e on e.sequence = d.sequence
         where d.endpoint_id = $1 order by d.sequence`,
        [endpointId],
      ),
    auditOf: (endpointId: string) =>
      need(held.db).run(
        auditRow,
        "select action, status, batch_id from audit_logs where details ->> 'endpointId' = $1 order by id",
        [endpointId],
      ),
  };
}
