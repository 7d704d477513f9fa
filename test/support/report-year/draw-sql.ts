import { ID_PREFIXES, type IdKind } from '../../../domain/ids.ts';

/** The instants of the year reach beyond it on both sides, so that zones cut it differently. */
export const BEGIN = '2024-12-30T00:00:00Z';
export const DAYS = 370;

export const PAYEES = 600;
export const BATCHES = 240;
export const PAYMENTS = 50_000;
/** Batches and payments of escrow releases are numbered from here on. */
export const ESCROW_FROM = 1_000_000;
export const RELEASES = 30;
export const SHARES_EACH = 4;

export const OTHER_PROGRAMME = `${ID_PREFIXES.programme}_00000000000000000000000000000002`;

/** The id of row number `expression`; in order like real ones. */
export const idOf = (kind: IdKind, expression: string): string =>
  `('${ID_PREFIXES[kind]}_01900000000070008000' || lpad(to_hex(${expression}), 12, '0'))`;

/** A number from 0, included, to 1 for a row and a purpose: always the same, and as good as drawn. */
export const DRAW = `create function pg_temp.draw(i bigint, purpose int) returns float8 language sql immutable as $$
  select ('x' || substr(md5(i || '/' || purpose), 1, 7))::bit(28)::int / 268435456.0::float8
$$`;

/** An instant of the year, in whole milliseconds. */
export const AT = `create function pg_temp.moment(i bigint, purpose int) returns timestamptz language sql stable as $$
  select date_trunc('milliseconds', timestamptz '${BEGIN}' + pg_temp.draw(i, purpose) * interval '${DAYS} days')
$$`;

/** A span of up to so many days, in whole milliseconds. */
export const SPAN = `create function pg_temp.span(i bigint, purpose int, days int) returns interval language sql stable as $$
  select floor(pg_temp.draw(i, purpose) * days * 86400000) * interval '1 ms'
$$`;
