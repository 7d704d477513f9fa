import { setTimeout as sleep } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import { dueLanes, pendingLeft } from '../db/queries/deliver-events.ts';
import type { Outgoing } from '../providers/outgoing.ts';
import { beating } from './beating.ts';
import { deliverLane, type DeliveryDesk } from './deliver-lane.ts';
import type { Deps } from './deps.ts';

/** Whose events. */
export interface EndpointRef {
  endpointId: string;
}

/** How many events still wait, and after how long the first of them is due. */
export interface Delivered {
  left: number;
  nextMs: number;
}

export interface DeliverDeps extends Pick<Deps, 'db' | 'vault'> {
  outgoing: Outgoing;
}

/** How long one run of the activity looks for more. */
export interface DeliverPace {
  /** After the last try it still looks for so long, so that traffic needs no signal per event. */
  lingerMs: number;
  lookEveryMs: number;
  /** Then it ends between two events, and the workflow begins the next run. */
  runMaxMs: number;
}

const PACE: DeliverPace = { lingerMs: 30_000, lookEveryMs: 250, runMaxMs: 300_000 };
/** So many batches are told of to one endpoint at once. */
const LANES_MAX = 8;

/**
 * Delivers the due events of an endpoint, and those that come meanwhile: those of one batch one after the
 * other, several batches at once. Safe to repeat at any point: what was delivered and not yet recorded is
 * delivered again.
 */
export const makeDeliverEvents = (deps: DeliverDeps, pace: DeliverPace = PACE) =>
  async function deliverEvents({ endpointId }: EndpointRef): Promise<Delivered> {
    const { cancellationSignal } = Context.current();
    await beating(
      () => null,
      () => deliverWhileDue(deps, endpointId, pace, cancellationSignal),
    );
    const { left, nextMs } = await pendingLeft(deps.db, endpointId);
    return { left, nextMs: Math.max(pace.lookEveryMs, nextMs) };
  };

async function deliverWhileDue(
  deps: DeliverDeps,
  endpointId: string,
  { lingerMs, lookEveryMs, runMaxMs }: DeliverPace,
  cancelled: AbortSignal,
): Promise<void> {
  const endsAtMs = performance.now() + runMaxMs;
  const busy = new Map<string, Promise<void>>();
  const failures: unknown[] = [];
  let lastTryMs = performance.now();
  const stopped = () => cancelled.aborted || failures.length > 0 || performance.now() >= endsAtMs;
  const desk: DeliveryDesk = { ...deps, endpointId, stopped };
  const run = async (lane: string): Promise<void> => {
    try {
      if (await deliverLane(desk, lane)) lastTryMs = performance.now();
    } catch (error) {
      failures.push(error);
    } finally {
      busy.delete(lane);
    }
  };
  const look = async (): Promise<void> => {
    const limit = LANES_MAX - busy.size;
    if (limit === 0) return;
    const lanes = await dueLanes(deps.db, endpointId, { busy: [...busy.keys()], limit });
    for (const lane of lanes) busy.set(lane, run(lane));
  };
  const quiet = () => busy.size === 0 && performance.now() - lastTryMs >= lingerMs;
  do {
    await look().catch((error: unknown) => failures.push(error));
    await Promise.race([sleep(lookEveryMs), ...busy.values()]);
  } while (!stopped() && !quiet());
  // What is under way ends in its own time, a call within seconds, before anything is told of this run.
  await Promise.all(busy.values());
  if (failures.length > 0) throw failures[0];
}
