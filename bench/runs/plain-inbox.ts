import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import postgres from 'postgres';

/**
 * The reference for webhook intake: a handler that verifies nothing and applies nothing. It inserts the
 * body as a row, one statement an event over a pool of the API's size, and answers.
 */
async function main(): Promise<void> {
  const [databaseUrl = '', port = '0'] = process.argv.slice(2);
  const sql = postgres(databaseUrl, { max: 12, onnotice: () => {} });
  await sql.unsafe(
    'create table if not exists plain_inbox (event_id text primary key, payload text not null, received_at timestamptz not null default now())',
  );
  const app = new Hono();
  app.post('/webhooks/:provider', async (c) => {
    const payload = await c.req.text();
    const id = c.req.header('webhook-id') ?? '';
    await sql.unsafe(
      'insert into plain_inbox (event_id, payload) values ($1, $2) on conflict do nothing',
      [id, payload],
      { prepare: true },
    );
    return c.json({ result: 'stored' });
  });
  serve({ fetch: app.fetch, port: Number(port), hostname: '127.0.0.1' }, () =>
    process.send?.('ready'),
  );
}

await main();
