import { z } from '@hono/zod-openapi';
import { listAccounts, storeAccountStates } from '../../../db/queries/accounts.ts';
import { databaseInstant } from '../../../db/queries/waiting-events.ts';
import { PAGE_ROWS_MAX } from '../../../domain/limits.ts';
import type { Provider } from '../../../providers/port.ts';
import { actorOf, type AppContext } from '../../http/context.ts';
import { endpoint, json, newApp, optionalJsonBody } from '../../http/endpoint.ts';
import { NotPayable } from '../../http/problems.ts';
import { continueParked } from '../../parked.ts';
import { providerParams, timeOut } from '../../schemas/common.ts';

const route = endpoint({
  method: 'post',
  path: '/api/disbursement/{provider}/sync',
  tags: ['Accounts'],
  summary: 'Ask the provider about every account and store what it says',
  'x-permission': 'reconcile',
  request: { params: providerParams, body: optionalJsonBody(z.strictObject({})) },
  responses: {
    200: json(
      'What it said: known to it, changed here, unknown to it or not asked.',
      z.object({ synced: z.int(), changed: z.int(), failed: z.int(), syncedAt: timeOut }),
    ),
  },
});

/** Asks page by page; a page that the provider does not answer counts as failed, the others go on. */
export const syncAccounts = newApp().openapi(route, async (c) => {
  const { provider: name } = c.req.valid('param');
  const provider = c.var.deps.providers.named(name);
  if (!provider)
    throw new NotPayable('provider_unsupported', `The provider ${name} is not configured here.`);
  const totals = { synced: 0, changed: 0, failed: 0 };
  let after: string | undefined;
  do {
    const page = await listAccounts(c.var.deps.db, name, after, PAGE_ROWS_MAX);
    const done = await syncPage(
      c,
      provider,
      page.map(({ accountRef }) => accountRef),
    );
    totals.synced += done.synced;
    totals.changed += done.changed;
    totals.failed += page.length - done.synced;
    after = page.length === PAGE_ROWS_MAX ? page.at(-1)?.id : undefined;
  } while (after !== undefined);
  return c.json({ ...totals, syncedAt: new Date().toISOString() }, 200);
});

async function syncPage(c: AppContext, provider: Provider, refs: string[]) {
  const { deps, log } = c.var;
  const askedAt = await databaseInstant(deps.db);
  const states = await provider.syncAccounts(refs).catch((error: unknown) => {
    log.warn({ err: error, provider: provider.name }, 'the provider did not tell about accounts');
    return null;
  });
  if (states === null) return { synced: 0, changed: 0 };
  const asked = new Set(refs);
  const known = states.filter(({ accountRef }) => asked.has(accountRef));
  const told = { askedAt, refs, states: known };
  const stored = await storeAccountStates(deps.db, provider.name, told, actorOf(c));
  continueParked(deps, stored.verifiedPayeeIds, log);
  return { synced: known.length, changed: stored.changed };
}
