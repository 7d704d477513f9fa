import { makeId } from '../../domain/ids.ts';

/**
 * SQL: a rule found something about the payment with this id that nobody has let pass: its event is
 * open, or a person has confirmed it.
 */
export const heldByRisk = (paymentId: string): string => `exists (
  select 1 from payment_risks r join risk_events e on e.id = r.event_id
  where r.payment_id = ${paymentId} and (e.status = 'OPEN' or e.resolution = 'confirmed'))`;

/** A payee's hold is named after the event that put it, so a repetition makes no second one. */
export const riskHoldId = (eventId: string): string => makeId('hold', eventId.slice(4));
