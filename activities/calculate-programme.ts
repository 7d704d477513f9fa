import type { Db } from '../db/client.ts';
import { isUniqueViolation } from '../db/errors.ts';
import { idSeries } from '../db/new-id.ts';
import { TermsBook } from '../db/queries/calculation-terms.ts';
import {
  AFFILIATE_CONVERSIONS_MAX,
  countWindows,
  databaseNow,
  loadConversionPage,
  nextQueuedPayees,
  type ConversionPage,
} from '../db/queries/conversion-pages.ts';
import { readReach, type ProgrammeReach } from '../db/queries/programme-reach.ts';
import { decideUnknown, putOff } from '../db/queries/leave-conversions.ts';
import { loadRules } from '../db/queries/rules-in-force.ts';
import {
  writeEarnings,
  type PageEarnings,
  type WrittenEarnings,
} from '../db/queries/write-earnings.ts';
import { DomainError } from '../domain/errors.ts';
import { makeZoneCalendar, type ZoneCalendar } from '../domain/rules/zone-calendar.ts';
import { pageEarnings, termsNamedBy, type Ground, type PayeeWork } from './page-earnings.ts';

/** A page holds about so many conversions, and whole affiliates: one with more is a page of its own. */
const PAGE_CONVERSIONS = 4_000;
/** So many affiliates are looked for at once. */
const LISTED_MAX = 1_000;
/** What comes in between is calculated in the next pass; what then still changes all the time is left to the next run. */
const PASSES_MAX = 10;

export interface CalculationRequest {
  programmeId: string;
  /** What has happened by then counts; null: up to now. Never later than now. */
  asOf: Date | null;
  /** Told after each page that it goes on. */
  beat?: () => void;
}

/** Affiliates looked at, decisions made about conversions, and earnings written. */
export interface Calculated {
  payees: number;
  conversions: number;
  commissions: number;
}

/**
 * Calculates what the queued affiliates of a programme have earned, page by page, and books what
 * differs from what was booked. Safe to repeat, to break off between any two statements and to run
 * beside others. With `asOf`, affiliates of whom something later was decided stay as they are. An
 * affiliate with more conversions in its window than `AFFILIATE_CONVERSIONS_MAX` is put off by a day,
 * with a warning in the audit log; the others go on. Throws `not_found` for an unknown programme.
 */
export async function calculateProgramme(db: Db, request: CalculationRequest): Promise<Calculated> {
  const { programmeId } = request;
  const { zone } = await reachOf(db, programmeId);
  const calendar = makeZoneCalendar(zone, 0, 0);
  const total: Calculated = { payees: 0, conversions: 0, commissions: 0 };
  for (let pass = 1; pass <= PASSES_MAX; pass += 1) {
    const pages = pagesOf(db, request, calendar);
    if (!(await calculatePages(db, request, pages, total, pass === PASSES_MAX))) break;
  }
  const asOf = await instantOf(db, request);
  total.conversions += await decideUnknown(db, programmeId, asOf);
  return total;
}

async function reachOf(db: Db, programmeId: string): Promise<ProgrammeReach> {
  const reach = await readReach(db, programmeId);
  if (!reach) throw new DomainError('not_found', 'There is no such programme.');
  return reach;
}

async function instantOf(db: Db, { asOf }: CalculationRequest): Promise<Date> {
  const now = await databaseNow(db);
  return asOf !== null && asOf < now ? asOf : now;
}

/** A page that was read, not yet calculated. */
interface LoadedPage {
  ground: Ground;
  work: PayeeWork[];
  page: ConversionPage;
}

/**
 * Calculates each page while the one before is being written and the one after read, so that this
 * process and the database both have work. False where there was no page.
 */
async function calculatePages(
  db: Db,
  request: CalculationRequest,
  pages: AsyncGenerator<LoadedPage>,
  total: Calculated,
  last: boolean,
): Promise<boolean> {
  const read = (): Promise<IteratorResult<LoadedPage>> => quiet(pages.next());
  const add = ({ payees, decisions, commissions }: WrittenEarnings): void => {
    total.payees += payees;
    total.conversions += decisions;
    total.commissions += commissions;
    request.beat?.();
  };
  let writing = quiet(Promise.resolve<WrittenEarnings>(NOTHING));
  let reading = read();
  let some = false;
  for (;;) {
    const { done, value } = await reading;
    if (done) break;
    some = true;
    reading = read();
    const earnings = pageEarnings(value.ground, value.work, value.page);
    await value.ground.terms.store();
    add(await writing);
    writing = quiet(write(db, earnings, last));
  }
  add(await writing);
  return some;
}

const NOTHING: WrittenEarnings = { payees: 0, left: 0, decisions: 0, commissions: 0 };

/** Whoever awaits it learns of a failure; that it failed before is no reason to end the process. */
function quiet<T>(work: Promise<T>): Promise<T> {
  work.catch(() => {});
  return work;
}

/** Another runner may have decided about the same conversions; then nothing was written, and the rows tell who is left. */
async function write(db: Db, earnings: PageEarnings, last: boolean): Promise<WrittenEarnings> {
  try {
    return await writeEarnings(db, earnings);
  } catch (error) {
    if (last || !isUniqueViolation(error)) throw error;
    return { ...NOTHING, left: earnings.payees.length };
  }
}

async function* pagesOf(
  db: Db,
  request: CalculationRequest,
  calendar: ZoneCalendar,
): AsyncGenerator<LoadedPage> {
  const { programmeId } = request;
  const lookBack = request.asOf !== null;
  for (let after = ''; ;) {
    const asOf = await instantOf(db, request);
    const page = { programmeId, asOf, lookBack, after, limit: LISTED_MAX };
    const queued = await nextQueuedPayees(db, page);
    const last = queued.at(-1);
    if (!last) return;
    after = last.payee_id;
    const rules = await loadRules(
      db,
      programmeId,
      queued.map(({ payee_id }) => payee_id),
    );
    // Behind the rules, so that it covers every one of them, also one that was published just now.
    const reach = await reachOf(db, programmeId);
    const terms = new TermsBook(db, programmeId);
    const nextId = idSeries('commission');
    const ground = { programmeId, asOf, calendar, rules, terms, monthly: reach.monthly, nextId };
    const work = queued.map((payee) => ({
      payee,
      fromMs: windowStart(reach, calendar, payee.dirty_ms),
    }));
    for await (const part of partsOf(db, programmeId, work, asOf)) {
      const windows = part.map(({ payee, fromMs }) => ({ payeeId: payee.payee_id, fromMs }));
      const loaded = await loadConversionPage(db, programmeId, windows, asOf, reach);
      await terms.load(termsNamedBy(loaded));
      yield { ground, work: part, page: loaded };
    }
    if (queued.length < LISTED_MAX) return;
  }
}

/** What came in the same tier period, or in the same month where it has a minimum fee, depends on it. */
function windowStart(reach: ProgrammeReach, calendar: ZoneCalendar, dirtyMs: number): number {
  const period = reach.longest ?? (reach.monthly ? 'month' : null);
  return period === null ? dirtyMs : calendar.periodOf(period, dirtyMs).start;
}

/** Divides affiliates by how many conversions they have; those with too many are put off. */
async function* partsOf(
  db: Db,
  programmeId: string,
  work: readonly PayeeWork[],
  asOf: Date,
): AsyncGenerator<PayeeWork[]> {
  const windows = work.map(({ payee, fromMs }) => ({ payeeId: payee.payee_id, fromMs }));
  const counts = await countWindows(db, programmeId, windows, asOf);
  let part: PayeeWork[] = [];
  let held = 0;
  for (const [index, each] of work.entries()) {
    const count = counts[index] ?? 0;
    if (count > AFFILIATE_CONVERSIONS_MAX) {
      await putOff(db, programmeId, each.payee);
      continue;
    }
    if (part.length > 0 && held + count > PAGE_CONVERSIONS) {
      yield part;
      [part, held] = [[], 0];
    }
    part.push(each);
    held += count;
  }
  if (part.length > 0) yield part;
}
