import { z } from '@hono/zod-openapi';
import { PERMISSIONS, permissionsOf, ROLES } from '../../../domain/permissions.ts';
import { endpoint, json, newApp } from '../../http/endpoint.ts';

const permission = z.enum(PERMISSIONS);

const route = endpoint({
  method: 'get',
  path: '/api/admin/affiliate/payouts/role-management/roles',
  tags: ['Roles'],
  summary: 'Which permissions each role holds, the lowest role first',
  'x-permission': 'view',
  responses: {
    200: json(
      'All permissions, and those of each role.',
      z.object({
        permissions: z.array(permission),
        roles: z.array(
          z.object({
            role: z.enum(ROLES),
            permissions: z.array(permission),
            added: z
              .array(permission)
              .meta({ description: 'What the role before it does not hold.' }),
          }),
        ),
      }),
    ),
  },
});

/** The matrix of roles and permissions, which is part of the product and no setting. */
export const listRolesRoute = newApp().openapi(route, (c) => {
  const roles = ROLES.map((role, level) => {
    const before = ROLES[level - 1];
    const inherited = before === undefined ? [] : permissionsOf(before);
    const permissions = permissionsOf(role);
    const added = permissions.filter((each) => !inherited.includes(each));
    return { role, permissions, added };
  });
  return c.json({ permissions: [...PERMISSIONS], roles }, 200);
});
