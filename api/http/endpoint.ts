import { OpenAPIHono, z, type RouteConfig } from '@hono/zod-openapi';
import type { MiddlewareHandler } from 'hono';
import { REQUEST_BODY_BYTES_MAX } from '../../domain/limits.ts';
import type { Permission } from '../../domain/permissions.ts';
import { requires } from './auth.ts';
import { limitBody } from './body-limit.ts';
import type { AppEnv } from './context.ts';
import { idempotent } from './idempotency.ts';
import { plainJson } from './json-guard.ts';
import { refuseInvalid } from './validation.ts';

/** What a route declares. `x-permission` is asked of every caller; `public` must be said too. */
export type EndpointSpec = Omit<RouteConfig, 'middleware'> & {
  tags: string[];
  summary: string;
  'x-permission': Permission | 'public';
  /** The platform's own systems call it: a role without the permission is refused as `not_system`. */
  'x-system'?: true;
  /** A person must have proved who they are within the last five minutes. */
  'x-step-up'?: true;
  /** The route heeds `Idempotency-Key`: it creates or moves money. */
  'x-idempotent'?: true;
  /** Largest body in bytes, where it is not the usual one. */
  'x-body-max'?: number;
};

const problemSchema = z
  .object({
    error: z.object({
      code: z.string(),
      message: z.string(),
      details: z.array(z.object({ path: z.string(), reason: z.string() })).optional(),
      requestId: z.string(),
    }),
  })
  .meta({ id: 'Problem' });

/** A refusal that a route gives beside the common ones. */
export const refusal = (description: string) => ({
  description,
  content: { 'application/json': { schema: problemSchema } },
});

const PUBLIC_PROBLEMS = {
  400: refusal('Not readable, or the body is not what its content type says.'),
  422: refusal('Not valid.'),
  431: { description: 'The address or the headers are too long; answered by the server itself.' },
  429: refusal('Too much at once; `Retry-After` says when to come back.'),
  500: refusal('A fault of ours; the request id leads to its reason in the log.'),
  503: refusal('A part is away; repeat.'),
};
const PROBLEMS = {
  ...PUBLIC_PROBLEMS,
  401: refusal('No working credentials.'),
  403: refusal('Permission missing, or an address or a stale proof that is not accepted.'),
};

/** Which refusals a route may give beside those of all, by its path and what it takes. */
const problemsOf = ({ path, request, method, 'x-permission': permission }: EndpointSpec) => ({
  ...(permission === 'public' ? PUBLIC_PROBLEMS : PROBLEMS),
  ...((path.includes('{') || request?.body) && { 404: refusal('There is no such thing.') }),
  ...(method !== 'get' && { 409: refusal('It cannot be done as things stand.') }),
  ...(request?.body && { 413: refusal('Too large.'), 415: refusal('Another content type.') }),
});

const idempotencyHeader = z.object({
  'idempotency-key': z
    .string()
    .optional()
    .meta({ description: 'The same key and body give the first answer again.' }),
});

/**
 * Declares a route: its schemas validate, type and document it at once. Query parameters that are
 * not declared are refused. Errors common to all routes need not be listed.
 */
export function endpoint<const Spec extends EndpointSpec>(spec: Spec): Spec {
  const permission = spec['x-permission'];
  const middleware: MiddlewareHandler<AppEnv>[] = [
    ...(permission === 'public'
      ? []
      : [
          requires(permission, {
            refusal: spec['x-system'] ? 'not_system' : 'forbidden',
            freshProof: spec['x-step-up'] ?? false,
          }),
        ]),
    limitBody(spec['x-body-max'] ?? REQUEST_BODY_BYTES_MAX),
    ...(spec.request?.body?.content['application/json'] ? [plainJson] : []),
    ...(spec['x-idempotent'] ? [idempotent] : []),
    ...(spec.request?.body?.required === false ? [emptyBodyIsEmptyObject] : []),
  ];
  const request = {
    query: z.strictObject({}),
    ...(spec['x-idempotent'] && { headers: idempotencyHeader }),
    ...spec.request,
  };
  return Object.assign({}, spec, {
    middleware,
    request,
    responses: { ...problemsOf(spec), ...spec.responses },
    security: permission === 'public' ? [] : [{ apiKey: [] }, { session: [] }, { token: [] }],
  });
}

/** A body that may be left out is the empty object, whose defaults the schema fills in; a CSV file is not. */
const emptyBodyIsEmptyObject: MiddlewareHandler<AppEnv> = async (c, next) => {
  const csv = /^text\/csv\b/i.test(c.req.header('content-type') ?? '');
  if (!csv && (await c.req.arrayBuffer()).byteLength === 0) {
    const headers = new Headers(c.req.raw.headers);
    headers.set('content-type', 'application/json');
    c.req.raw = new Request(c.req.url, { method: c.req.method, headers, body: '{}' });
    c.req.bodyCache = {};
  }
  await next();
};

/** An app for one route; `createApp` puts them together. */
export const newApp = () => new OpenAPIHono<AppEnv>({ defaultHook: refuseInvalid });

/** One route as its file exports it. */
export type RouteApp = ReturnType<typeof newApp>;

/** A JSON body that must be there. */
export const jsonBody = <Schema extends z.ZodType>(schema: Schema) => ({
  required: true as const,
  content: { 'application/json': { schema } },
});

/** A JSON body that may be left out. */
export const optionalJsonBody = <Schema extends z.ZodType>(schema: Schema) => ({
  required: false as const,
  content: { 'application/json': { schema } },
});

/** A JSON answer. */
export const json = <Schema extends z.ZodType>(description: string, schema: Schema) => ({
  description,
  content: { 'application/json': { schema } },
});
