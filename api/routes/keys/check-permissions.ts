import { z } from '@hono/zod-openapi';
import { loadPolicy, policyInForce } from '../../../db/queries/security-policy.ts';
import { AMOUNT_MINOR_MAX } from '../../../domain/limits.ts';
import { PERMISSIONS, roleHolds, ROLES, type Permission } from '../../../domain/permissions.ts';
import { closedList } from '../../http/allowed-address.ts';
import { callerHolds } from '../../http/caller.ts';
import type { AppContext } from '../../http/context.ts';
import { endpoint, json, jsonBody, newApp } from '../../http/endpoint.ts';

const permission = z.enum(PERMISSIONS);
const answer = z.object({
  allowed: z.record(z.string(), z.boolean()),
  role: z.enum(ROLES),
  reasons: z.record(z.string(), z.string()),
});

const AMOUNT = 'Of one payment, in minor units of the base currency of the policy (USD).';

const shared = {
  path: '/api/admin/auth/check-permissions' as const,
  tags: ['API keys'],
  summary: 'What the caller may do from here, with that amount, and why not',
  'x-permission': 'view' as const,
  responses: { 200: json('What they may do, and why not.', answer) },
};

const byGet = endpoint({
  ...shared,
  method: 'get',
  request: {
    query: z.strictObject({
      permissions: z
        .string()
        .transform((list) => list.split(','))
        .pipe(z.array(permission).min(1))
        .optional()
        .meta({ type: 'string', description: 'Names with commas between; all where left out.' }),
      amount: z.coerce
        .number()
        .int()
        .min(0)
        .max(Number(AMOUNT_MINOR_MAX))
        .optional()
        .meta({ type: 'integer', description: AMOUNT }),
    }),
  },
});

/** What the caller may do, of the permissions asked for or of all. */
export const getCheckPermissions = newApp().openapi(byGet, async (c) => {
  const { permissions = PERMISSIONS, amount } = c.req.valid('query');
  return c.json(await judge(c, permissions, amount), 200);
});

const byPost = endpoint({
  ...shared,
  method: 'post',
  request: {
    body: jsonBody(
      z.strictObject({
        permissions: z.array(permission).min(1).max(PERMISSIONS.length),
        amount: z
          .int()
          .min(0)
          .max(Number(AMOUNT_MINOR_MAX))
          .optional()
          .meta({ description: AMOUNT }),
      }),
    ),
  },
});

/** The same, asked with a body. */
export const postCheckPermissions = newApp().openapi(byPost, async (c) => {
  const { permissions, amount } = c.req.valid('json');
  return c.json(await judge(c, permissions, amount), 200);
});

async function judge(
  c: AppContext,
  asked: readonly Permission[],
  amount: number | undefined,
): Promise<z.infer<typeof answer>> {
  const allowed: Record<string, boolean> = {};
  const reasons: Record<string, string> = {};
  for (const name of asked) {
    const reason = await refusalOf(c, name, amount);
    allowed[name] = reason === null;
    if (reason !== null) reasons[name] = reason;
  }
  return { allowed, role: c.var.caller.role, reasons };
}

/** Why the caller may not use a permission now; null where they may. */
async function refusalOf(
  c: AppContext,
  name: Permission,
  amount: number | undefined,
): Promise<string | null> {
  const { caller, deps } = c.var;
  if (!roleHolds(caller.role, name)) return `the role ${caller.role} does not hold ${name}`;
  if (!callerHolds(caller, name)) return `the scopes of this key leave ${name} out`;
  const list = await closedList(c, name);
  if (list) return `the allow-list of the ${list} does not hold the address that you call from`;
  if (amount === undefined || (name !== 'approve' && name !== 'process')) return null;
  const { highValueMinor, baseCurrency } = policyInForce(await loadPolicy(deps.db));
  if (BigInt(amount) < highValueMinor || callerHolds(caller, 'high_value')) return null;
  return `from ${highValueMinor} minor units of ${baseCurrency} on, ${name} needs high_value too`;
}
