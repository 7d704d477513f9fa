import { log } from '@temporalio/activity';
import { nextEvent, recordTry, type DueEvent, type Tried } from '../db/queries/deliver-events.ts';
import { answerMeans, deliveryWaitMs } from '../domain/delivery.ts';
import type { Outgoing, OutgoingResult } from '../providers/outgoing.ts';
import type { Deps } from './deps.ts';
import { signedEvent } from './signed-event.ts';

/** What the delivery to one endpoint works with. */
export interface DeliveryDesk extends Pick<Deps, 'db' | 'vault'> {
  outgoing: Outgoing;
  endpointId: string;
  /** Nothing more is begun. */
  stopped: () => boolean;
}

const ASKED_TO_WAIT = new Set([429, 503]);

/**
 * Delivers the due events of a lane one after the other, until none is left or one has failed: the
 * events behind that one wait for it. Answers whether anything was tried. Safe to repeat.
 */
export async function deliverLane(desk: DeliveryDesk, lane: string): Promise<boolean> {
  let after = 0;
  let tried = false;
  while (!desk.stopped()) {
    const event = await nextEvent(desk.db, desk.endpointId, { lane, after });
    if (!event) return tried;
    tried = true;
    const state = await tryOnce(desk, event);
    if (state !== 'DELIVERED' && state !== 'GIVEN_UP') return tried;
    if (state === 'GIVEN_UP') {
      const { id: eventId, type } = event;
      log.warn('an event was given up', { endpointId: desk.endpointId, eventId, type });
    }
    after = event.sequence;
  }
  return tried;
}

async function tryOnce(desk: DeliveryDesk, event: DueEvent): Promise<string | null> {
  const { db, vault, outgoing, endpointId } = desk;
  const startedAtMs = performance.now();
  const result = await outgoing.post(signedEvent(vault, endpointId, event, new Date()));
  const { sequence, tries } = event;
  const durationMs = Math.round(performance.now() - startedAtMs);
  return recordTry(db, { endpointId, sequence, tries, durationMs, ...verdictOn(result, tries) });
}

function verdictOn(
  result: OutgoingResult,
  tries: number,
): Pick<Tried, 'verdict' | 'responseStatus' | 'error'> {
  const failed = (askedMs = 0) =>
    ({ is: 'failed', waitMs: deliveryWaitMs(tries + 1, Math.random(), askedMs) }) as const;
  if (result.kind === 'no_answer')
    return { verdict: failed(), responseStatus: null, error: result.code };
  const { status, retryAfterMs } = result;
  const is = answerMeans(status);
  return {
    verdict: is === 'failed' ? failed(ASKED_TO_WAIT.has(status) ? retryAfterMs : 0) : { is },
    responseStatus: status,
    error: status >= 300 && status < 400 ? 'redirects are not followed' : null,
  };
}
