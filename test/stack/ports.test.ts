import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { freePort, withFreePorts } from '../../stack/index.ts';

async function occupy(port: number): Promise<void> {
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
}

it('keeps given ports and fills the others with different free ones', async () => {
  const api = await freePort();
  const ports = await withFreePorts({ api });
  expect(ports.api).toBe(api);
  expect(new Set(Object.values(ports)).size).toBe(5);
});

it('takes the ports of the last start again, but not one that is taken by now', async () => {
  const last = await withFreePorts();
  await occupy(last.temporal);
  const ports = await withFreePorts({}, last);
  expect(ports).toEqual({ ...last, temporal: ports.temporal });
  expect(ports.temporal).not.toBe(last.temporal);
});

it('names the flag of a given port that is taken', async () => {
  const port = await freePort();
  await occupy(port);
  await expect(withFreePorts({ temporalUi: port })).rejects.toMatchObject({
    name: 'StackError',
    message: `Port ${port}, asked for by --temporal-ui-port, is taken.`,
  });
});

it('refuses one port for two parts', async () => {
  const port = await freePort();
  await expect(withFreePorts({ api: port, postgres: port })).rejects.toThrow('--postgres-port');
});
