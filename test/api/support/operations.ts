import { z } from 'zod';
import { PERMISSIONS, type Permission } from '../../../domain/permissions.ts';
import { sampleOf, type Schema } from './samples.ts';
import type { TestApi } from './test-api.ts';

const content = z.object({ content: z.record(z.string(), z.unknown()).optional() });

const operationShape = z.object({
  'x-permission': z.string(),
  'x-step-up': z.boolean().optional(),
  'x-system': z.boolean().optional(),
  parameters: z
    .array(z.object({ name: z.string(), in: z.string(), schema: z.custom<Schema>() }))
    .optional(),
  requestBody: content.optional(),
});

/** One route of the contract, as `/openapi.json` tells it. */
export interface Operation {
  /** Like `GET /api/disbursement/batches/{id}`. */
  route: string;
  method: string;
  /** With parameters that name nothing. */
  path: string;
  permission: string;
  stepUp: boolean;
  /** Only the platform's own systems may call it. */
  system: boolean;
  /** The schema of a JSON body; null where the route takes none. */
  body: Schema | null;
  /** A body that the schema takes; undefined where the route takes no JSON. */
  sample: unknown;
  /** The path with other parameters: what is asked for by the name and an example, or left as it is. */
  pathWith(choose: (name: string, example: string) => string | undefined): string;
}

/** What stands in a path where the parameter has no example of its own. */
const NAMED: Record<string, string> = {
  provider: 'mock',
  name: 'DE',
  file: 'start.js',
  eventId: 'evt_none',
  projectId: 'project',
  scope: 'operation',
  subject: 'high_value',
};

/** The contract of an API: every route that it has. */
export async function operationsOf(api: TestApi): Promise<Operation[]> {
  const answer = await api.call('GET', '/openapi.json', { as: null });
  const schemas = z.record(z.string(), z.custom<Schema>()).parse(answer.at('components.schemas'));
  const paths = z
    .record(z.string(), z.record(z.string(), operationShape))
    .parse(answer.at('paths'));
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) =>
      readOperation(path, method.toUpperCase(), operation, schemas),
    ),
  );
}

function readOperation(
  path: string,
  method: string,
  operation: z.infer<typeof operationShape>,
  schemas: Record<string, Schema>,
): Operation {
  const parameters = (operation.parameters ?? []).filter((parameter) => parameter.in === 'path');
  const examples = new Map(
    parameters.map(({ name, schema }) => {
      const example = typeof schema.example === 'string' ? schema.example : NAMED[name];
      return [name, example ?? `no_such_${name}`];
    }),
  );
  const pathWith: Operation['pathWith'] = (choose) =>
    path.replaceAll(/\{(\w+)\}/g, (_whole, name: string) => {
      const example = examples.get(name) ?? name;
      return choose(name, example) ?? example;
    });
  const body = readBody(operation.requestBody);
  return {
    route: `${method} ${path}`,
    method,
    path: pathWith(() => undefined),
    permission: operation['x-permission'],
    stepUp: operation['x-step-up'] ?? false,
    system: operation['x-system'] ?? false,
    body,
    sample: body ? sampleOf(body, schemas) : undefined,
    pathWith,
  };
}

const readBody = (body: z.infer<typeof content> | undefined): Schema | null =>
  z.object({ schema: z.custom<Schema>() }).safeParse(body?.content?.['application/json']).data
    ?.schema ?? null;

export const isPermission = (name: string): name is Permission =>
  PERMISSIONS.some((known) => known === name);
