/**
 * The part of a statement that asks for a calculation of all affiliates that `source` names, a
 * relation with `programme_id`, `payee_id` (or null) and `occurred_at`, at once and from their earliest
 * row on. Rows are locked in one order, so that two statements at once do not wait for each other.
 */
export const queueCalculation = (source: string): string => `
  insert into calculation_queue (programme_id, payee_id, due_at, dirty_from)
  select programme_id, payee_id, '-infinity', min(occurred_at) from (${source}) as touched
  where payee_id is not null
  group by programme_id, payee_id order by programme_id, payee_id
  on conflict (programme_id, payee_id, due_at) do update set
    dirty_from = least(calculation_queue.dirty_from, excluded.dirty_from),
    revision = calculation_queue.revision + 1`;

/** A conversion may stand between its order's, or customer's, conversions and so many after it at most. */
const LATER_MAX = 100;

/**
 * The next conversions of the same order or customer after those of `source` (with `programme_id`,
 * `external_id`, `occurred_at`, `order_id`, `customer`): they may be duplicates of it, or no longer be.
 * Only the next ones look back at it, so a customer with a million orders costs no more than another.
 * Tests and cancelled ones are duplicates of nothing.
 */
export const laterConversions = (source: string): string => `
  select later.programme_id, later.payee_id, later.occurred_at
  from (${source}) as moved cross join lateral (
    (select c.programme_id, c.payee_id, c.occurred_at from conversions c
     where c.programme_id = moved.programme_id and c.order_id = moved.order_id
       and c.occurred_at >= moved.occurred_at and c.external_id <> moved.external_id
       and not c.test and c.status <> 'CANCELLED'
     order by c.occurred_at limit ${LATER_MAX})
    union all
    (select c.programme_id, c.payee_id, c.occurred_at from conversions c
     where c.programme_id = moved.programme_id and c.customer = moved.customer
       and c.occurred_at >= moved.occurred_at and c.external_id <> moved.external_id
       and not c.test and c.status <> 'CANCELLED'
     order by c.occurred_at limit ${LATER_MAX})
  ) as later`;
