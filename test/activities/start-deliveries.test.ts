import type { Client } from '@temporalio/client';
import { expect, test } from 'vitest';
import { startDeliveries } from '../../activities/start-deliveries.ts';
import { SYSTEM } from '../../db/queries/actor.ts';
import { updateEndpoint } from '../../db/queries/webhook-endpoints.ts';
import { useDeliveryStage } from '../support/delivery-stage.ts';

const stage = useDeliveryStage();

/** Which workflows a sweep starts or wakes, as far as endpoints go. */
async function swept(): Promise<unknown[]> {
  const told: unknown[] = [];
  const workflow = {
    signalWithStart: async (type: string, { workflowId, taskQueue, args, signal }: never) => {
      told.push({ type, workflowId, taskQueue, args, signal });
    },
  };
  await startDeliveries(stage.db, { workflow } as unknown as Client);
  return told;
}

test('a sweep starts the workflow of each endpoint to which something is due, and wakes one that waits', async () => {
  const first = await stage.endpoint();
  const second = await stage.endpoint(stage.receiver.url, ['payout.item.held']);
  expect(await swept()).toEqual([]);
  await stage.events('bat_swept', 1);
  expect(await swept()).toEqual([
    {
      type: 'deliverEvents',
      workflowId: `deliver/${first.id}`,
      taskQueue: 'bursar',
      args: [{ endpointId: first.id }],
      signal: 'eventsDue',
    },
  ]);
  await stage.events('bat_swept', 1, 'payout.item.held');
  const ids = (await swept()).map((each) => Reflect.get(Object(each), 'workflowId'));
  expect(new Set(ids)).toEqual(new Set([`deliver/${first.id}`, `deliver/${second.id}`]));
});

test('what waits behind a failed event of its batch is not due; an event of another batch is', async () => {
  const { id } = await stage.endpoint();
  await stage.events('bat_behind', 3);
  stage.receiver.answers = () => 500;
  await stage.deliver(id);
  expect(await swept()).toEqual([]);
  await stage.events('bat_beside', 1);
  expect(await swept()).toHaveLength(1);
  await updateEndpoint(stage.db, id, { enabled: false }, SYSTEM);
  expect(await swept()).toEqual([]);
});
