import { bareName } from './account-details.ts';

const MASK = '••••';
const DEPTH_MAX = 12;
const TEXT_LENGTH_MAX = 200;

/** Fields of events whose values say what happened to which transfer, and nothing of a person. */
const READABLE = new Set(
  `id eventid type event object status state reference referenceid externalid idempotencykey groupid
   amount currency created createdat updated updatedat timestamp failurecode code channelcode country
   livemode apiversion`.split(/\s+/),
);

/**
 * The body of an event as answers may show it: its shape, and of its values only those that say what
 * happened. Null where the body is no JSON of an object.
 */
export function maskPayload(body: string): Record<string, unknown> | null {
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return null;
    return maskFields(parsed, 1);
  } catch {
    return null;
  }
}

const maskFields = (given: object, depth: number): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(given).map(([name, value]) => [name, maskValue(bareName(name), value, depth)]),
  );

function maskValue(name: string, value: unknown, depth: number): unknown {
  if (value === null || typeof value === 'boolean') return value;
  if (depth >= DEPTH_MAX) return MASK;
  if (Array.isArray(value)) return value.map((each) => maskValue(name, each, depth + 1));
  if (typeof value === 'object') return maskFields(value, depth + 1);
  if (!READABLE.has(name)) return MASK;
  return typeof value === 'string' && value.length > TEXT_LENGTH_MAX ? MASK : value;
}
