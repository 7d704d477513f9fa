import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { fillPath } from '../../providers/generic/templates.ts';
import { openPeer } from '../../providers/http.ts';

test('a value stays one segment of the path that it is put into', () => {
  for (const value of ['a/b', '../admin', 'a?b=c', 'a#b', 'a b', 'a%2Fb', 'a&b', 'a\r\nb']) {
    const path = fillPath('/payouts/{reference}?currency={currency}', {
      reference: value,
      currency: 'USD',
    });
    const { pathname, search, hash } = new URL(path, 'https://provider.example');
    expect([value, pathname.split('/').length, search, hash]).toEqual([
      value,
      3,
      '?currency=USD',
      '',
    ]);
    expect(decodeURIComponent(pathname.split('/')[2] ?? '')).toBe(value);
  }
});

test('a redirect of a provider is an answer: nobody goes where it leads', async () => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.writeHead(302, { location: '/elsewhere' }).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const peer = openPeer(`http://127.0.0.1:${port}`, { concurrency: 1, timeoutMs: 5_000 });
  try {
    const answer = await peer.call({ method: 'POST', path: '/payouts', headers: {}, body: '{}' });
    expect(answer).toMatchObject({ kind: 'answered', status: 302 });
    expect(asked).toEqual(['/payouts']);
  } finally {
    await peer.close();
    server.close();
  }
});
