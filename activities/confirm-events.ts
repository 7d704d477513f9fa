import { raiseAlarms } from '../db/queries/alarms.ts';
import { toLookupOrder } from '../db/queries/open-payments.ts';
import { recordFound } from '../db/queries/record-found.ts';
import { toVerdict, type Verdict } from '../db/queries/record-outcomes.ts';
import { recordPartialReturns } from '../db/queries/returns-partial.ts';
import {
  databaseInstant,
  waitingHints,
  waitingLeft,
  type WaitingPage,
} from '../db/queries/waiting-events.ts';
import { settledOf } from '../db/queries/webhooks.ts';
import { isFound, type Found } from '../domain/found.ts';
import { paymentReference } from '../domain/ids.ts';
import type { LookupResult } from '../domain/outcome.ts';
import type { Provider } from '../providers/port.ts';
import { beating } from './beating.ts';
import { closeHints, type ReadHint } from './close-hints.ts';
import { providerNamed, type Deps } from './deps.ts';
import { lookupPage } from './lookup-page.ts';
import { readHint, type AboutPayment } from './read-hint.ts';
import { tellSettled } from './tell-settled.ts';

/** Whose events, and when the look before this one began. */
export interface ConfirmRef {
  provider: string;
  since?: string;
}

/** What is left to confirm, when the next of it is due, and when this look began. */
export interface Confirmed {
  left: number;
  nextMs: number;
  at: string;
}

/** A look that takes longer is cut short; the next one goes on with what is left. */
const LOOK_MAX_MS = 120_000;

/**
 * Looks up the payments behind the waiting events of a provider whose events are hints, records what
 * the provider says, and ends the events by it. Safe to repeat at any point.
 */
export const makeConfirmEvents = (deps: Deps) =>
  async function confirmEvents({ provider: name, since }: ConfirmRef): Promise<Confirmed> {
    const { db, providers } = deps;
    const provider = providerNamed(providers, name);
    const limit = lookupPage(provider);
    const at = await databaseInstant(db);
    const endsAtMs = performance.now() + LOOK_MAX_MS;
    const work = async (): Promise<boolean> => {
      let after: WaitingPage['after'] = null;
      for (;;) {
        const page = await waitingHints(db, name, { at, since: since ?? null, after, limit });
        const hints = page.map((row) => ({ row, ...readHint(deps.vault, provider, row) }));
        await confirmPage(deps, provider, hints);
        const last = page.at(-1);
        if (!last || page.length < limit) return true;
        if (performance.now() > endsAtMs) return false;
        after = { receivedAt: last.received_at, eventId: last.event_id };
      }
    };
    const whole = await beating(() => null, work);
    const { left, nextMs } = await waitingLeft(db, name, at);
    return whole || since === undefined ? { left, nextMs, at } : { left, nextMs: 1_000, at: since };
  };

async function confirmPage(
  { db, temporal }: Deps,
  provider: Provider,
  hints: readonly ReadHint[],
): Promise<void> {
  if (hints.length === 0) return;
  const found = await lookUp(provider, hints);
  const told = hints.flatMap(({ about }) => {
    const outcome = about && found.get(paymentReference(about.id, about.generation));
    return about && outcome
      ? [{ paymentId: about.id, generation: about.generation, batchId: about.batch_id, outcome }]
      : [];
  });
  await raiseAlarms(db, provider.name, told);
  const newest = new Map(
    hints.flatMap(({ about }) =>
      about && about.generation === about.current ? [[about.id, about]] : [],
    ),
  );
  const verdicts = [...newest.values()].flatMap((about) => {
    const result = found.get(paymentReference(about.id, about.generation));
    return isFound(result) ? [verdictOn(about, result)] : [];
  });
  const steps = (await recordFound(db, verdicts)).filter(({ was, now }) => was !== now);
  await recordPartialReturns(
    db,
    told.flatMap(({ paymentId, generation, outcome }) =>
      outcome.kind === 'PARTLY_RETURNED'
        ? [{ paymentId, generation, returnedMinor: outcome.returnedMinor }]
        : [],
    ),
  );
  await closeHints(db, provider.name, hints, found, steps);
  const batchIds = [...new Set(steps.map(({ batch_id }) => batch_id))];
  if (batchIds.length > 0) await tellSettled(temporal, await settledOf(db, batchIds));
}

/** Of a payment that had arrived, a failure can only be that the money came back. */
function verdictOn({ id, generation, failures, status }: AboutPayment, result: Found): Verdict {
  const verdict = toVerdict({ paymentId: id, generation, failures }, result);
  return status === 'COMPLETED' && verdict.verdict === 'FAILED'
    ? { ...verdict, verdict: 'RETURNED', delayMs: 0, laterRetriesMax: 0 }
    : verdict;
}

/** Each payment is asked about once, however many events name it. */
async function lookUp(
  provider: Provider,
  hints: readonly ReadHint[],
): Promise<Map<string, LookupResult>> {
  const orders = new Map(
    hints.flatMap(({ about }) => {
      if (!about) return [];
      const order = toLookupOrder(about);
      return [[order.reference, order]];
    }),
  );
  return orders.size === 0 ? new Map() : provider.lookup([...orders.values()]);
}
