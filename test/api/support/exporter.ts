import { z } from 'zod';
import type { Role } from '../../../domain/permissions.ts';
import { makeKey, type CallOptions, type TestApi } from './test-api.ts';

/** A key of its own for one test, since the third export of a caller within an hour is held. */
export async function exporter(api: TestApi, role: Role = 'manager') {
  const { id, secret } = await makeKey(api.db, role);
  const options: CallOptions = { as: null, headers: { authorization: `Bearer ${secret}` } };
  return {
    actor: `key:${id}`,
    options,
    get: (path: string) => api.get(path, options),
    post: (path: string, body: unknown, headers: Record<string, string> = {}) =>
      api.post(path, body, { as: null, headers: { ...options.headers, ...headers } }),
    remove: (path: string) => api.call('DELETE', `/api/disbursement${path}`, options),
    /** What the audit log says of its exports. */
    trail: () =>
      api.db.run(
        z.object({
          action: z.string(),
          status: z.string(),
          details: z.record(z.string(), z.unknown()),
        }),
        `select action, status, details from audit_logs
         where actor = $1 and (action like 'export.%' or action = 'statement.viewed') order by id`,
        [`key:${id}`],
      ),
  };
}

/** Registers so many affiliates at once, past the API; their external ids are `<prefix>-<n>`. */
export const insertAffiliates = (api: TestApi, prefix: string, count: number, currency = 'USD') =>
  api.db.run(
    z.unknown(),
    `insert into payees (id, external_id, full_name, email, country, currency)
     select 'aff_' || md5($1 || n), $1 || '-' || n, 'Payee ' || n, 'payee' || n || '@example.test', 'US', $3
     from generate_series(1, $2::int) n`,
    [prefix, count, currency],
    { deadlineMs: 60_000 },
  );
