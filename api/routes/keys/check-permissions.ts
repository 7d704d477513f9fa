import { z } from '@hono/zod-openapi';
import { PERMISSIONS, roleHolds, ROLES, type Role } from '../../../domain/permissions.ts';
import { endpoint, json, jsonBody, newApp } from '../../http/endpoint.ts';

const permission = z.enum(PERMISSIONS);
const answer = z.object({
  allowed: z.record(z.string(), z.boolean()),
  role: z.enum(ROLES),
  reasons: z.record(z.string(), z.string()),
});

const shared = {
  path: '/api/admin/auth/check-permissions' as const,
  tags: ['API keys'],
  summary: 'What this key may do',
  'x-permission': 'view' as const,
  responses: { 200: json('What it may do, and why not.', answer) },
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
    }),
  },
});

/** What the calling key may do, of the permissions asked for or of all. */
export const getCheckPermissions = newApp().openapi(byGet, (c) =>
  c.json(judge(c.var.caller.role, c.req.valid('query').permissions ?? PERMISSIONS), 200),
);

const byPost = endpoint({
  ...shared,
  method: 'post',
  request: {
    body: jsonBody(
      z.strictObject({
        permissions: z.array(permission).min(1),
        amount: z.int().min(0).optional(),
      }),
    ),
  },
});

/** The same, asked with a body. */
export const postCheckPermissions = newApp().openapi(byPost, (c) =>
  c.json(judge(c.var.caller.role, c.req.valid('json').permissions), 200),
);

function judge(role: Role, asked: readonly (typeof PERMISSIONS)[number][]): z.infer<typeof answer> {
  const allowed = Object.fromEntries(asked.map((name) => [name, roleHolds(role, name)]));
  const refused = asked.filter((name) => !roleHolds(role, name));
  const reasons = Object.fromEntries(
    refused.map((name) => [name, `the role ${role} does not hold ${name}`]),
  );
  return { allowed, role, reasons };
}
