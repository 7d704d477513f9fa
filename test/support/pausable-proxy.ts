import { createServer, connect, type Server, type Socket } from 'node:net';

/** A TCP proxy on loopback that can be made to swallow everything, as a broken network does. */
export interface PausableProxy {
  readonly address: string;
  pause(): void;
  resume(): void;
  close(): Promise<void>;
}

/** Forwards a free port to `target` (`host:port`). */
export async function startProxy(target: string): Promise<PausableProxy> {
  const [host = '127.0.0.1', port = '0'] = target.split(':');
  const sockets = new Set<Socket>();
  let paused = false;
  const server = createServer((client) => {
    const upstream = connect(Number(port), host);
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
      from.on('data', (data) => to.write(data));
      if (paused) from.pause();
    }
  });
  const address = await listen(server);
  const each = (act: (socket: Socket) => void) => sockets.forEach(act);
  return {
    address,
    pause: () => {
      paused = true;
      each((socket) => socket.pause());
    },
    resume: () => {
      paused = false;
      each((socket) => socket.resume());
    },
    close: async () => {
      each((socket) => socket.destroy());
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const listen = (server: Server): Promise<string> =>
  new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? `127.0.0.1:${address.port}` : '');
    });
  });
