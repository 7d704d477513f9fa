import { act, placeOfDay, type Person } from './people.ts';
import { BEGIN, DAY, DAYS, HOUR, iso, MINUTE, type Plant, type Year } from './year.ts';

export interface Payee {
  id: string;
  accountId: string;
  currency: 'USD' | 'EUR';
  /** What a payout usually comes to, in minor units. */
  usualMinor: number;
}

const PROVIDER = 'mock';

/** An affiliate with an account, of its own unless a destination is given. */
export function addPayee(
  year: Year,
  at: number,
  given: Partial<Payee> & { destination?: string } = {},
): Payee {
  const id = year.id('payee', at);
  const accountId = year.id('account', at);
  const currency = given.currency ?? 'USD';
  const common = { id, country: 'US', currency, created_at: iso(at) };
  year.add('payees', at, { ...common, external_id: id, full_name: id, email: `${id}@a.example` });
  year.add('accounts', at, {
    id: accountId,
    payee_id: id,
    provider: PROVIDER,
    account_ref: accountId,
    destination_index: given.destination ?? `place of ${accountId}`,
    kyc_status: 'APPROVED',
    created_at: iso(at),
    changed_at: iso(at),
  });
  return { id, accountId, currency, usualMinor: given.usualMinor ?? 20_000 };
}

export interface Item {
  payee: Payee;
  amountMinor: number;
}

interface MadeBatch {
  batchId: string;
  paymentIds: string[];
}

/** A batch as it is made: PENDING payments, judged at once unless it is only history. */
export function addBatch(
  year: Year,
  at: number,
  items: readonly Item[],
  given: {
    plant?: Plant | null;
    by: string;
    history?: boolean;
    programmeId?: string;
    totalMinor?: number;
  },
): MadeBatch {
  const batchId = year.id('batch', at);
  const currency = items[0]?.payee.currency ?? 'USD';
  const total = given.totalMinor ?? items.reduce((sum, { amountMinor }) => sum + amountMinor, 0);
  year.add('batches', at, {
    id: batchId,
    status: 'COMPLETED',
    provider: PROVIDER,
    currency,
    total_minor: total,
    payment_count: Math.max(1, items.length),
    chunk_count: 1,
    content_hash: batchId,
    programme_id: given.programmeId ?? null,
    source: 'manual',
    created_by: given.by,
    created_at: iso(at),
  });
  const paymentIds = items.map(({ payee, amountMinor }, ordinal) => {
    const id = `pay_${batchId.slice(4, 28)}${ordinal.toString(16).padStart(8, '0')}`;
    year.add('payments', at, {
      id,
      batch_id: batchId,
      payee_id: payee.id,
      account_id: payee.accountId,
      account_ref: payee.accountId,
      provider: PROVIDER,
      currency,
      amount_minor: amountMinor,
      commission_count: 1,
      chunk: Math.floor(ordinal / 100),
      ordinal,
      status: 'PENDING',
      created_at: iso(at),
      updated_at: iso(at),
    });
    return id;
  });
  if (!given.history) {
    const plant = given.plant ?? null;
    year.judge({ at, plant, kind: 'batch', batchId, payments: items.length });
  }
  return { batchId, paymentIds };
}

/** How the payments of a batch end, in their order; `invalid` ones are refused for their account. */
export function endBatch(
  year: Year,
  at: number,
  { batchId, paymentIds }: MadeBatch,
  ends: readonly ('COMPLETED' | 'FAILED' | 'invalid')[],
  plant: Plant | null,
): void {
  for (const [place, id] of paymentIds.entries()) {
    const end = ends[place] ?? 'COMPLETED';
    year.add('payment_ends', at, {
      id,
      status: end === 'COMPLETED' ? end : 'FAILED',
      failure_code:
        end === 'COMPLETED' ? null : end === 'invalid' ? 'invalid_account' : 'limit_exceeded',
      at: iso(at + place),
    });
  }
  year.judge({ at: at + paymentIds.length, plant, kind: 'answers', batchId });
}

/** More before Christmas, less in summer. */
export const season = (day: number): number =>
  1 + 0.3 * Math.cos((2 * Math.PI * (day - 340)) / 365) + (day > 325 && day < 335 ? 0.5 : 0);

/** Affiliates who are paid every week or every month, some in euros, by batches that people make and approve. */
export function benignPayouts(
  year: Year,
  people: readonly Person[],
  keys: readonly Person[],
): void {
  const { draw } = year;
  const groups = Array.from({ length: 8 }, (_, number) => ({
    weekly: number < 5,
    weekday: number % 5,
    payees: Array.from({ length: number < 5 ? 190 : 130 }, () =>
      addPayee(year, BEGIN - 30 * DAY, {
        currency: number % 4 === 3 ? 'EUR' : 'USD',
        usualMinor: Math.round(15_000 * draw.around(0.6)),
      }),
    ),
  }));
  for (let day = 0; day < DAYS - 1; day += 1) {
    const date = new Date(BEGIN + day * DAY);
    for (const group of groups) {
      const due = group.weekly
        ? day % 7 === group.weekday
        : date.getUTCDate() === 3 + group.weekday;
      if (day % 11 === 0) grow(year, group.payees, day);
      if (due) payGroup(year, group.payees, day, draw.pick([...people, ...keys]), people);
    }
  }
}

function grow(year: Year, payees: Payee[], day: number): void {
  const { draw } = year;
  const known = draw.pick(payees);
  payees.push(
    addPayee(year, BEGIN + day * DAY, {
      currency: known.currency,
      usualMinor: Math.round(12_000 * draw.around(0.5)),
    }),
  );
  // Somebody has another bank; mostly a colleague verifies it the same day.
  const changed = draw.pick(payees);
  const at = BEGIN + day * DAY + draw.number(8, 17) * HOUR;
  const verified = draw.chance(0.8) ? iso(at + 2 * HOUR) : null;
  year.add('account_changes', at, {
    id: changed.accountId,
    at: iso(at),
    by: 'user:support',
    verified_at: verified,
    verified_by: verified && 'user:colleague',
  });
}

function payGroup(
  year: Year,
  payees: readonly Payee[],
  day: number,
  maker: Person,
  people: readonly Person[],
): void {
  const { draw } = year;
  const at = BEGIN + day * DAY + draw.number(8, 14) * HOUR;
  const items = payees
    .filter(() => draw.chance(0.93))
    .map((payee) => ({
      payee,
      amountMinor: Math.max(100, Math.round(payee.usualMinor * season(day) * draw.around(0.35))),
    }));
  const made = addBatch(year, at, items, { by: maker.actor });
  approveBatch(
    year,
    at + draw.number(5, 200) * MINUTE,
    made.batchId,
    draw.pick(people.filter(({ approves }) => approves)),
  );
  const failures = draw.number(0.005, 0.04);
  const ends = items.map(() =>
    draw.chance(failures) ? draw.pick(['FAILED', 'invalid'] as const) : 'COMPLETED',
  );
  endBatch(year, at + 5 * HOUR, made, ends, null);
}

function approveBatch(year: Year, at: number, batchId: string, person: Person): void {
  const place = placeOfDay(year.draw, { ...person, places: person.places.slice(0, 1) });
  act(
    year,
    { at, kind: 'approve', actor: person.actor, ip: place.ip, program: place.program, batchId },
    null,
  );
  addApproval(year, at, batchId, person.actor);
}

export function addApproval(year: Year, at: number, batchId: string, actor: string): void {
  year.add('approvals', at, {
    id: year.id('approval', at),
    batch_id: batchId,
    content_hash: batchId,
    decision: 'approved',
    actor,
    created_at: iso(at),
  });
}

export function addEarning(
  year: Year,
  at: number,
  payee: string,
  amountMinor: number,
  reversed = false,
): void {
  const id = year.id('commission', at);
  year.add('commissions', at, {
    id,
    external_id: id,
    payee_id: payee,
    amount_minor: amountMinor,
    currency: 'USD',
    status: reversed ? 'REVERSED' : 'PENDING',
    kind: 'commission',
    earned_at: iso(at),
    created_at: iso(at),
  });
}

interface Shop {
  payee: string;
  perDay: number;
  valueMinor: number;
  refunds: number;
}

/** Affiliates who earn by sales: some many a day, some one a week; a sale is given back now and then. */
export function benignEarnings(year: Year): void {
  const { draw } = year;
  const shops = Array.from({ length: 400 }, (): Shop => {
    const { id } = addPayee(year, BEGIN - 30 * DAY);
    return {
      payee: id,
      perDay: 0.3 * draw.around(1) + 0.4,
      valueMinor: 900 * draw.around(0.5),
      refunds: draw.number(0.01, 0.1),
    };
  });
  for (let day = 0; day < DAYS; day += 1) {
    const busy = shops.filter((shop) => sell(year, shop, day));
    const payeeIds = busy.map(({ payee }) => payee);
    const at = BEGIN + (day + 1) * DAY - MINUTE;
    if (payeeIds.length > 0) year.judge({ at, plant: null, kind: 'earnings', payeeIds });
  }
}

/** True where something was sold on that day. */
function sell(year: Year, shop: Shop, day: number): boolean {
  const { draw } = year;
  const sales = draw.count(shop.perDay * season(day));
  for (let sale = 0; sale < sales; sale += 1) {
    const at = BEGIN + day * DAY + draw.number(0, 0.99) * DAY;
    const minor = Math.max(10, Math.round(shop.valueMinor * draw.around(0.5)));
    addEarning(year, at, shop.payee, minor, draw.chance(shop.refunds));
  }
  return sales > 0;
}
