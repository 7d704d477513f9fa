import { API_DESCRIPTION, SECURITY_SCHEMES } from '../../openapi.ts';
import { endpoint, newApp, type RouteApp } from '../../http/endpoint.ts';

const route = endpoint({
  method: 'get',
  path: '/openapi.json',
  tags: ['Service'],
  summary: 'This contract as OpenAPI 3.1',
  'x-permission': 'public',
  responses: { 200: { description: 'The contract.' } },
});

/** The contract of these routes and of itself, written once from the schemas that validate. */
export function getOpenapi(routes: readonly RouteApp[]) {
  let document: string | undefined;
  const self: RouteApp = newApp().openapi(route, (c) => {
    document ??= describe([...routes, self]);
    return c.body(document, 200, { 'content-type': 'application/json' });
  });
  return self;
}

function describe(routes: readonly RouteApp[]): string {
  const all = newApp();
  for (const [name, scheme] of Object.entries(SECURITY_SCHEMES)) {
    all.openAPIRegistry.registerComponent('securitySchemes', name, scheme);
  }
  for (const each of routes) all.route('/', each);
  return JSON.stringify(all.getOpenAPI31Document(API_DESCRIPTION));
}
