import { expect, test } from 'vitest';
import { openOutgoing } from '../../providers/outgoing.ts';
import { openHere, useDeliveryStage } from '../support/delivery-stage.ts';
import { startReceiver } from '../support/receiver.ts';

const stage = useDeliveryStage();

test('a redirect is not followed: nobody calls where it leads', async () => {
  const { id } = await stage.endpoint();
  const inside = await startReceiver();
  await stage.events('bat_moved', 1);
  stage.receiver.answers = () => ({ status: 307, headers: { location: inside.url } });
  await stage.deliver(id);
  expect([stage.receiver.received.length, inside.received.length]).toEqual([1, 0]);
  expect(await stage.deliveriesOf(id)).toMatchObject([
    { status: 'PENDING', attempts: [{ status: 307, error: 'redirects are not followed' }] },
  ]);
  await inside.close();
});

test('a name that was public at registration and is internal at the connection is not called', async () => {
  const port = new URL(stage.receiver.url).port;
  const answers = [
    ['93.184.216.34'],
    ['127.0.0.1'],
    ['93.184.216.34', '127.0.0.1'],
    ['::ffff:127.0.0.1'],
  ];
  const asked: string[] = [];
  const by = openOutgoing({
    resolve: async (host) => {
      asked.push(host);
      return answers[asked.length] ?? [];
    },
  });
  const { id } = await stage.endpoint(`https://rebinding.example:${port}/events`);
  await stage.events('bat_rebound', 1);
  for (let tries = 0; tries < 3; tries += 1) {
    await stage.deliver(id, { by });
    await stage.age(id);
  }
  expect(asked).toEqual(Array(3).fill('rebinding.example'));
  expect(stage.receiver.received).toEqual([]);
  expect((await stage.deliveriesOf(id))[0]?.attempts).toEqual(
    asked.map(() => ({ status: null, error: 'target_not_allowed' })),
  );
  await by.close();
});

test('a connection goes to the very address that was judged; the name is looked up once for it', async () => {
  const port = new URL(stage.receiver.url).port;
  const asked: string[] = [];
  const by = openHere({
    resolve: async (host) => {
      asked.push(host);
      return asked.length === 1 ? ['127.0.0.1'] : ['10.0.0.1'];
    },
  });
  const { id } = await stage.endpoint(`http://pinned.example:${port}/events`);
  await stage.events('bat_pinned', 3);
  expect(await stage.deliver(id, { by })).toMatchObject({ left: 0 });
  expect([asked, stage.receiver.taken.length]).toEqual([['pinned.example'], 3]);
  expect(stage.receiver.taken[0]?.headers['host']).toBe(`pinned.example:${port}`);
  await by.close();
});

test.each([
  'http://127.0.0.1',
  'https://127.0.0.1',
  'https://[::ffff:7f00:1]',
  'https://2130706433',
  'https://localhost',
])('without the exemption %s is not called, whatever stands in the table', async (origin) => {
  const strict = openOutgoing();
  const { id } = await stage.endpoint(`${origin}:${new URL(stage.receiver.url).port}/events`);
  await stage.events('bat_inside', 1);
  await stage.deliver(id, { by: strict });
  expect(stage.receiver.received).toEqual([]);
  expect((await stage.deliveriesOf(id))[0]?.attempts).toEqual([
    { status: null, error: 'target_not_allowed' },
  ]);
  await strict.close();
});
