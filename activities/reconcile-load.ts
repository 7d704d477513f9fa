import { z } from 'zod';
import type { Db } from '../db/client.ts';
import {
  analyzeItems,
  clearItems,
  keepItemsBefore,
  storeItems,
  type ListedItem,
} from '../db/queries/reconcile-items.ts';
import { recordPartialReturns, type PartialReturn } from '../db/queries/returns-partial.ts';
import { boundsOfDay } from '../domain/day.ts';
import { parseReference } from '../domain/ids.ts';
import { LIST_MARGIN_MS, theirState } from '../domain/reconciliation.ts';
import { ProviderError, type Provider, type Transfer } from '../providers/port.ts';
import { providerNamed, type Deps } from './deps.ts';
import { cannotGoOn } from './failures.ts';
import { loadByLookups } from './reconcile-load-lookups.ts';
import { withPulse, type Pulse } from './reconcile-pulse.ts';

/** Names a run of `reconcile`. */
export interface ReconciliationRef {
  reconciliationId: string;
  provider: string;
  /** In UTC, `2026-01-31`. */
  day: string;
}

/** What was loaded. `listed` is false where the provider has no list and each payment was looked up. */
export interface Loaded {
  listed: boolean;
  transfers: number;
  /** Steps that payments took where each was looked up. */
  steps: Record<string, number>;
}

const PAGE = 1_000;

/**
 * Reads the provider's list of a day, and a margin beyond it, into the database, page by page. A
 * restart goes on at the last instant that was stored; it starts over where the rows are gone (their
 * table does not survive a crash of the database) or the list is not in order.
 */
export const makeLoadTransfers = ({ db, providers }: Deps) =>
  async function loadTransfers(ref: ReconciliationRef): Promise<Loaded> {
    const provider = providerNamed(providers, ref.provider);
    return withPulse((pulse) => loadSide(db, provider, ref, pulse)).catch((error: unknown) => {
      throw error instanceof ProviderError && isForAPerson(error)
        ? cannotGoOn(error.code, error.message)
        : error;
    });
  };

const isForAPerson = ({ code }: ProviderError): boolean =>
  code === 'invalid_credentials' || code === 'forbidden' || code === 'refused';

/** Loads the provider's side of a run, by its list or, where it has none, by looking up our own payments. */
export async function loadSide(
  db: Db,
  provider: Provider,
  ref: ReconciliationRef,
  pulse: Pulse,
): Promise<Loaded> {
  try {
    const transfers = await loadList(db, provider, ref, pulse);
    await analyzeItems(db);
    return { listed: true, transfers, steps: {} };
  } catch (error) {
    if (!(error instanceof ProviderError) || error.code !== 'unsupported') throw error;
    const loaded = await loadByLookups(db, provider, ref, pulse);
    await analyzeItems(db);
    return { listed: false, ...loaded };
  }
}

/** Where a restart goes on: all that was listed before `fromMs` is stored, and that many rows. */
const placeSchema = z.object({ fromMs: z.number(), rowsBefore: z.number() });

async function loadList(
  db: Db,
  provider: Provider,
  { reconciliationId, day }: ReconciliationRef,
  pulse: Pulse,
): Promise<number> {
  const bounds = boundsOfDay(day);
  const from = new Date(bounds.from.getTime() - LIST_MARGIN_MS);
  const to = new Date(Math.min(bounds.to.getTime() + LIST_MARGIN_MS, Date.now()));
  const place = await resumable(db, reconciliationId, pulse.resumed);
  if (!place) await clearItems(db, reconciliationId);
  const seen = {
    rows: place?.rowsBefore ?? 0,
    newestMs: place?.fromMs ?? 0,
    newest: 0,
    inOrder: true,
  };
  let page: Transfer[] = [];
  let storing: Promise<unknown> = Promise.resolve();
  const store = async () => {
    const full = page;
    page = [];
    await storing;
    for (const { createdAt } of full) note(seen, createdAt.getTime());
    // The next page is read while this one is written; `storing` is awaited before the next write.
    storing = storePage(db, reconciliationId, full).then(() => tell(pulse, seen));
    storing.catch(() => {});
  };
  for await (const transfer of provider.listTransfers(place ? new Date(place.fromMs) : from, to)) {
    page.push(transfer);
    if (page.length === PAGE) await store();
  }
  if (page.length > 0) await store();
  await storing;
  return seen.rows;
}

interface Seen {
  rows: number;
  newestMs: number;
  /** Rows of the newest instant. */
  newest: number;
  inOrder: boolean;
}

function note(seen: Seen, atMs: number): void {
  seen.rows += 1;
  if (atMs < seen.newestMs) seen.inOrder = false;
  seen.newest = atMs === seen.newestMs ? seen.newest + 1 : 1;
  seen.newestMs = Math.max(seen.newestMs, atMs);
}

const tell = (pulse: Pulse, { rows, newestMs, newest, inOrder }: Seen): void =>
  pulse.beat(inOrder ? { fromMs: newestMs, rowsBefore: rows - newest } : null);

async function resumable(db: Db, reconciliationId: string, resumed: unknown) {
  const place = placeSchema.safeParse(resumed);
  if (!place.success) return null;
  const left = await keepItemsBefore(db, reconciliationId, new Date(place.data.fromMs));
  return left === place.data.rowsBefore ? place.data : null;
}

async function storePage(
  db: Db,
  reconciliationId: string,
  page: readonly Transfer[],
): Promise<void> {
  await storeItems(db, reconciliationId, page.map(toItem));
  await recordPartialReturns(db, page.flatMap(partialReturn));
}

const toItem = ({ outcome, ...transfer }: Transfer): ListedItem => ({
  ...transfer,
  status: theirState(outcome) ?? 'UNKNOWN',
});

function partialReturn({ reference, outcome }: Transfer): PartialReturn[] {
  const ours = outcome.kind === 'PARTLY_RETURNED' ? parseReference(reference) : null;
  return ours && outcome.kind === 'PARTLY_RETURNED'
    ? [{ ...ours, returnedMinor: outcome.returnedMinor }]
    : [];
}
