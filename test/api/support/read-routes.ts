import type { TestApi } from './test-api.ts';

export interface QueryParameter {
  name: string;
  /** Any text may stand in it; others take one of a few values, or a number. */
  free: boolean;
}

/** A route that reads, as the contract describes it. */
export interface ReadRoute {
  /** With ids in it; of things that are there where `ids` names them. */
  path: string;
  template: string;
  permission: string;
  query: readonly QueryParameter[];
}

interface Operation {
  'x-permission'?: string;
  parameters?: { in: string; name: string; schema?: { type?: string; enum?: unknown[] } }[];
  responses: Record<string, { content?: Record<string, unknown> }>;
}

const isFree = (schema: { type?: string; enum?: unknown[] } = {}): boolean =>
  schema.enum === undefined && (schema.type === undefined || schema.type === 'string');

const isStream = ({ responses }: Operation): boolean =>
  Object.values(responses).some(({ content }) => content && 'text/event-stream' in content);

/** Every GET of the contract but streams that never end. `idFor` names a thing for a path. */
export async function readRoutes(
  api: TestApi,
  idFor: (template: string) => string,
): Promise<ReadRoute[]> {
  const document = await api.call('GET', '/openapi.json', { as: null });
  const paths = Object.entries(
    Object(document.at('paths')) as Record<string, Record<string, Operation>>,
  );
  return paths.flatMap(([template, { get }]) =>
    get && !isStream(get)
      ? [
          {
            template,
            path: template.replaceAll(/\{.+?\}/g, idFor(template)),
            permission: get['x-permission'] ?? '',
            query: (get.parameters ?? []).flatMap((each) =>
              each.in === 'query' ? [{ name: each.name, free: isFree(each.schema) }] : [],
            ),
          },
        ]
      : [],
  );
}
