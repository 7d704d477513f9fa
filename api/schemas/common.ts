import { z } from '@hono/zod-openapi';
import { isCurrency } from '../../domain/currency.ts';
import { ID_PREFIXES, isId, type IdKind } from '../../domain/ids.ts';
import { AMOUNT_MINOR_MAX } from '../../domain/limits.ts';
import { isOneLine } from '../../domain/one-line.ts';
import { PROVIDER_NAMES } from '../../providers/port.ts';

/** An id of that kind. As a path parameter a wrong shape is 404, elsewhere 422. */
export const idOf = (kind: IdKind) =>
  z
    .string()
    .refine((text) => isId(kind, text), `must be an id like ${ID_PREFIXES[kind]}_… (32 hex digits)`)
    .meta({ example: `${ID_PREFIXES[kind]}_0192f0c1a2b37c4d8e9f0a1b2c3d4e5f` });

export const idParams = (kind: IdKind) => z.object({ id: idOf(kind) });

export const currencyCode = z
  .string()
  .refine(isCurrency, 'must be an ISO-4217 code in upper case, like USD')
  .meta({ example: 'USD' });

export const providerName = z.enum(PROVIDER_NAMES);
export const providerParams = z.object({ provider: providerName });

const MAX = Number(AMOUNT_MINOR_MAX);
/** Text that says why an amount was refused, without the amount. */
const whole = 'must be a whole number of minor units';

/** An amount above zero, in minor units. */
export const positiveAmount = z
  .number(whole)
  .int(whole)
  .min(1, 'must be above zero')
  .max(MAX, 'is larger than an amount may be');

/** An amount that may be a clawback: any but zero. */
export const signedAmount = z
  .number(whole)
  .int(whole)
  .min(-MAX, 'is larger than an amount may be')
  .max(MAX, 'is larger than an amount may be')
  .refine((amount) => amount !== 0, 'must not be zero');

/** An amount in a query string. */
export const amountQuery = z
  .string()
  .regex(/^-?\d{1,16}$/, whole)
  .transform(BigInt)
  .meta({ type: 'integer' });

export const instant = z
  .union(
    [z.iso.datetime({ offset: true }), z.iso.date()],
    'must be a day (2026-01-31) or an instant (2026-01-31T12:00:00Z)',
  )
  .transform((text) => new Date(text));

/** Free text of a person. Postgres keeps no null character and no half of a surrogate pair. */
export const text = (lengthMax: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(lengthMax)
    .refine((value) => /^[^\0\p{Cs}]*$/u.test(value), 'must be text');

/** Text of one line: without control characters, which no name or id holds. */
export const line = (lengthMax: number) =>
  text(lengthMax).refine(isOneLine, 'must not hold control characters');

export const boolQuery = z.enum(['true', 'false']).transform((value) => value === 'true');

/**
 * What is documented under a name of its own, or null. `nullable()` would be written as a reference that
 * does not allow null.
 */
export const orNull = <Schema extends z.ZodType>(schema: Schema) => z.union([schema, z.null()]);

/** How instants and amounts look in answers. */
export const timeOut = z.string().meta({ format: 'date-time' });
export const timeOrNull = timeOut.nullable();
export const amountOut = z.int().meta({ description: 'Minor units of the currency beside it.' });

export const iso = (date: Date): string => date.toISOString();
export const isoOrNull = (date: Date | null): string | null => date && date.toISOString();
