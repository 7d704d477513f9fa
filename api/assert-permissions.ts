import type { OpenAPIHono } from '@hono/zod-openapi';
import { PERMISSIONS } from '../domain/permissions.ts';
import { permissionAskedBy } from './http/auth.ts';
import type { AppEnv } from './http/context.ts';

/**
 * Each served route must be a declared one, and each declared one must say who may call it and ask
 * for that. Throws for the first that does not, so that the server does not start.
 */
export function assertPermissions(app: OpenAPIHono<AppEnv>): void {
  const known = new Set<unknown>([...PERMISSIONS, 'public']);
  const asked = new Map<string, unknown>();
  for (const { method, path, handler } of app.routes) {
    const permission = permissionAskedBy(handler);
    if (permission) asked.set(`${method} ${path}`, permission);
  }
  const declared = new Set<string>();
  for (const definition of app.openAPIRegistry.definitions) {
    if (definition.type !== 'route') continue;
    const { method, path, 'x-permission': permission } = definition.route;
    const served = `${method.toUpperCase()} ${path.replaceAll(/\{(.+?)\}/g, ':$1')}`;
    declared.add(served);
    if (!known.has(permission)) throw new Error(`route ${method} ${path} declares no permission`);
    if (permission !== (asked.get(served) ?? 'public')) {
      throw new Error(`route ${method} ${path} does not ask for the permission that it declares`);
    }
  }
  const undeclared = app.routes.find(
    ({ method, path }) => method !== 'ALL' && !declared.has(`${method} ${path}`),
  );
  if (undeclared) throw new Error(`route ${undeclared.method} ${undeclared.path} is not declared`);
}
