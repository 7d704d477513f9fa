/** The part of a JSON schema that our contract uses. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  example?: unknown;
  default?: unknown;
  format?: string;
  pattern?: string;
  minimum?: number;
  exclusiveMinimum?: number;
  minLength?: number;
  minItems?: number;
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
}

/** A schema itself, where it is a name of one. */
export function resolve(schema: Schema, schemas: Record<string, Schema>): Schema {
  const named = schema.$ref === undefined ? undefined : schemas[schema.$ref.split('/').pop() ?? ''];
  return named ? resolve(named, schemas) : schema;
}

/**
 * A small value that a schema takes: with what is required and no more, and one field where none is.
 * What a schema does not say, such as a hash that must fit, is wrong in it.
 */
export function sampleOf(given: Schema, schemas: Record<string, Schema>): unknown {
  const schema = resolve(given, schemas);
  if (schema.example !== undefined) return schema.example;
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  const branch = schema.anyOf?.[0] ?? schema.oneOf?.[0];
  if (branch) return sampleOf(branch, schemas);
  if (schema.allOf) {
    return Object.assign({}, ...schema.allOf.map((part) => Object(sampleOf(part, schemas))));
  }
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  if (type === 'object') return sampleObject(schema, schemas);
  if (type === 'array') {
    const items = schema.items ? [sampleOf(schema.items, schemas)] : [];
    return (schema.minItems ?? 0) > 0 ? items : [];
  }
  if (type === 'boolean') return true;
  if (type === 'integer' || type === 'number')
    return Math.max(schema.minimum ?? 1, (schema.exclusiveMinimum ?? 0) + 1);
  return sampleText(schema);
}

function sampleObject(schema: Schema, schemas: Record<string, Schema>): Record<string, unknown> {
  const properties = Object.entries(schema.properties ?? {});
  const required = properties.filter(([name]) => schema.required?.includes(name));
  const chosen = required.length > 0 ? required : properties.slice(0, 1);
  return Object.fromEntries(chosen.map(([name, each]) => [name, sampleOf(each, schemas)]));
}

function sampleText({ format, minLength, pattern }: Schema): string {
  if (format === 'email') return 'somebody@example.com';
  if (format === 'date-time') return '2030-01-31T12:00:00.000Z';
  if (format === 'date') return '2030-01-31';
  if (format === 'uri') return 'https://example.com/';
  if (pattern?.includes('64') === true) return 'a'.repeat(64);
  return 'sample'.padEnd(minLength ?? 0, 'x');
}
