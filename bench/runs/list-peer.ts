import { createServer } from 'node:http';
import { firstAt, FOREIGN, indexOf, payoutAt, type ListedDay } from './listed-day.ts';

/**
 * A provider of the plain JSON kind that has a day of transfers and makes each page from their
 * numbers, so that it costs little and holds nothing. `node list-peer PORT PAYMENTS DAY`.
 */
const [port, payments, day] = process.argv.slice(2);
const listed: ListedDay = { payments: Number(payments), day: String(day) };
const total = listed.payments + FOREIGN;

function answer(url: URL): unknown {
  const query = url.searchParams;
  if (url.pathname.endsWith('/balance')) return { currency: 'USD', available: 1_000_000_000 };
  const references = query.getAll('reference');
  if (references.length > 0) {
    const known = references.flatMap((reference) => indexOf(reference) ?? []);
    return { payouts: known.map((index) => payoutAt(listed, index)) };
  }
  const limit = Number(query.get('limit'));
  const from = Number(
    query.get('cursor') ?? firstAt(listed, Date.parse(query.get('since') ?? listed.day)),
  );
  const to = Math.min(from + limit, total);
  const payouts = Array.from({ length: Math.max(0, to - from) }, (_, at) =>
    payoutAt(listed, from + at),
  );
  return { payouts, nextCursor: to < total ? String(to) : null };
}

const server = createServer((request, response) => {
  const body = JSON.stringify(answer(new URL(request.url ?? '/', 'http://peer')));
  response.setHeader('content-type', 'application/json');
  response.end(body);
});
server.listen(Number(port), '127.0.0.1', () => process.send?.('ready'));
