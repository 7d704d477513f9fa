import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Webhook } from 'standardwebhooks';
import { startReceiver, type Receiver } from '../support/receiver.ts';
import { startTestStack, type TestStack } from '../support/test-stack.ts';
import { bursarOn, expectExit, jsonOf, type bursar } from './bursar.ts';

let stack: TestStack;
let receiver: Receiver;
let run: typeof bursar;

beforeAll(async () => {
  stack = await startTestStack();
  receiver = await startReceiver();
  run = bursarOn(stack);
});
afterAll(async () => {
  await receiver?.close();
  await stack?.stop();
});

interface Delivery {
  eventId: string;
  status: string;
  lastResponseStatus: number | null;
}

describe('bursar endpoint', () => {
  it('registers an endpoint, shows its secret once, tests it, replays, rotates, disables, enables and removes it', async () => {
    const added = await run('endpoint', 'add', receiver.url, '--description', 'the shop', '--json');
    expectExit(added, 0);
    const { endpoint, secret } = jsonOf(added) as { endpoint: { id: string }; secret: string };
    const { id } = endpoint;
    const listed = await run('endpoint', 'list');
    expect(listed.stdout).toContain(`${id}  ENABLED  ${receiver.url}  the shop`);
    const shown = await run('endpoint', 'show', id);
    expect(shown.stdout).toMatch(/^types +all$/m);
    expect(listed.stdout + shown.stdout).not.toContain('whsec');

    const deliveriesOf = async (...filter: string[]) => {
      const answer = await run('endpoint', 'deliveries', id, '--json', ...filter);
      expectExit(answer, 0);
      return (jsonOf(answer) as { deliveries: Delivery[] }).deliveries;
    };
    const tested = await run('endpoint', 'test', id, '--json');
    expectExit(tested, 0);
    const { eventId } = jsonOf(tested) as { eventId: string };
    await expect.poll(() => receiver.taken.length, { timeout: 20_000 }).toBe(1);
    const [call] = receiver.taken;
    new Webhook(secret).verify(call?.body ?? '', call?.headers ?? {});
    await expect
      .poll(() => deliveriesOf('--status', 'delivered'), { timeout: 20_000 })
      .toMatchObject([{ eventId, status: 'DELIVERED', lastResponseStatus: 200 }]);
    const seen = await run('endpoint', 'deliveries', id);
    expect(seen.stdout).toMatch(new RegExp(`^${eventId} +payout.test +DELIVERED +1 +200 `, 'm'));

    const replayed = await run('endpoint', 'replay', id, '--events', eventId);
    expectExit(replayed, 0);
    expect(replayed.stdout).toContain('delivered again: 1');
    await expect.poll(() => receiver.taken.length, { timeout: 20_000 }).toBe(2);

    const rotated = await run('endpoint', 'rotate', id, '--overlap', '2');
    expectExit(rotated, 0);
    expect(rotated.stdout).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/m);
    expect(rotated.stdout).not.toContain(secret);

    expect((await run('endpoint', 'disable', id)).stdout).toMatch(
      /^state +DISABLED: by a person$/m,
    );
    const refused = await run('endpoint', 'test', id);
    expectExit(refused, 1);
    expect(refused.stderr).toContain('enable it first');
    expect((await run('endpoint', 'enable', id)).stdout).toMatch(/^state +ENABLED$/m);

    expectExit(await run('endpoint', 'remove', id), 0);
    expect((await run('endpoint', 'list')).stdout).toContain('No endpoints.');
  });

  it('says what is wrong: a place where nothing may be sent, and a replay of nothing', async () => {
    const inside = await run('endpoint', 'add', 'http://10.0.0.1/events');
    expectExit(inside, 1);
    expect(inside.stderr).toContain('url must use https');
    for (const words of [[], ['--failed', '--events', 'evt_1']])
      expectExit(await run('endpoint', 'replay', 'whe_1', ...words), 2);
  });
});
