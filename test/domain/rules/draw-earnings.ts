import type { AffiliateFacts, ConversionFacts } from '../../../domain/rules/conversion.ts';
import {
  ROUNDINGS,
  TIER_PERIODS,
  type CurrencyRate,
  type EffectiveTerms,
  type FeeTerms,
  type Rate,
  type SimpleRate,
  type Step,
} from '../../../domain/rules/terms.ts';
import { makeZoneCalendar, type ZoneCalendar } from '../../../domain/rules/zone-calendar.ts';
import type { Random } from '../draw-split.ts';
import { affiliate, DAY_MS, entry, flat, percentage, terms, tiers } from './plain-terms.ts';

/** One affiliate with all its conversions in a programme, and what holds when a month ends. */
export interface DrawnCase {
  affiliate: AffiliateFacts | null;
  conversions: ConversionFacts[];
  calendar: ZoneCalendar;
  monthTerms: EffectiveTerms | null;
  asOf: number;
}

const from = Date.UTC(2026, 1, 20);
const to = Date.UTC(2026, 4, 5);
const ZONES = ['UTC', 'America/New_York', 'Europe/Berlin', 'Australia/Lord_Howe', 'Asia/Jakarta'];
const CALENDARS = ZONES.map((zone) => makeZoneCalendar(zone, from, to));
const MOST = 9_007_199_254_740_991;

const below = (random: Random, end: number): number => Math.floor(random() * end);
const pick = <Item>(random: Random, items: readonly Item[]): Item =>
  items[below(random, items.length)] as Item;

/** Mostly tiny amounts, where every unit is a rounding or an edge, and some of any size. */
const SIZES = [10, 30, 100, 1_000, 100_000, 2 ** 40];
const drawAmount = (random: Random): bigint =>
  BigInt(random() < 0.001 ? MOST : below(random, pick(random, SIZES)));

/** Mostly rates as they are in use, now and then any. */
const drawBps = (random: Random): number => below(random, random() < 0.7 ? 3_000 : 10_001);

const drawSimple = (random: Random, mayBeFlat: boolean): SimpleRate =>
  mayBeFlat && random() < 0.3
    ? flat(BigInt(below(random, pick(random, [5, 100]))))
    : percentage(drawBps(random));

/** Up to five steps, close to each other where `spread` is small. */
function drawSteps(random: Random, spread: number, mayBeFlat: boolean): Step[] {
  const edges = [0n];
  for (let count = below(random, 5); count > 0; count -= 1) {
    edges.push((edges.at(-1) ?? 0n) + 1n + BigInt(below(random, spread)));
  }
  return edges.map((from, index) => ({
    from,
    to: edges[index + 1] ?? null,
    rate: drawSimple(random, mayBeFlat),
  }));
}

function drawRate(random: Random, hasCurrency: boolean): Rate {
  const kind = random();
  if (kind < 0.15) return drawSimple(random, hasCurrency);
  const spread = pick(random, SIZES);
  if (kind < 0.3 && hasCurrency) {
    return { kind: 'brackets', brackets: drawSteps(random, spread, true) };
  }
  const period = pick(random, TIER_PERIODS);
  const mode = random() < 0.6 ? 'marginal' : 'whole';
  const isVolume = hasCurrency && random() < 0.7;
  return tiers({
    measure: isVolume ? 'volume' : 'count',
    period,
    mode,
    tiers: isVolume
      ? drawSteps(random, spread, mode === 'whole')
      : drawSteps(random, 3, hasCurrency),
  });
}

function drawEntry(random: Random, currency: string | null): CurrencyRate {
  const given = entry(drawRate(random, currency !== null), { currency });
  if (currency === null || random() < 0.6) return given;
  const floor = random() < 0.5 ? null : BigInt(below(random, 20));
  const cap = random() < 0.5 ? null : (floor ?? 0n) + BigInt(below(random, 100));
  return { ...given, floorMinor: floor, capMinor: cap };
}

/** Rates for dollars, and mostly also for yen or for all other currencies. */
const drawEntries = (random: Random): CurrencyRate[] => [
  drawEntry(random, 'USD'),
  ...(random() < 0.9 ? [drawEntry(random, random() < 0.5 ? 'JPY' : null)] : []),
];

const drawFee = (random: Random): FeeTerms => {
  const bearer = random() < 0.7 ? 'payee' : 'platform';
  const hasMinimum = bearer === 'payee' && random() < 0.6;
  return {
    bearer,
    rates: drawEntries(random),
    monthlyMinimums: hasMinimum
      ? [{ currency: 'USD', amountMinor: BigInt(below(random, 200)) }]
      : [],
  };
};

/** Windows of some days, or none. */
const drawDays = (random: Random): number | null => (random() < 0.7 ? null : 1 + below(random, 30));

const drawTerms = (random: Random): EffectiveTerms =>
  terms({
    eligibility: {
      attributionDays: drawDays(random),
      orderWindowDays: drawDays(random),
      customerWindowDays: drawDays(random),
      minimumOrders: random() < 0.1 ? [{ currency: 'USD', amountMinor: 5n }] : [],
      selfReferral: random() < 0.8 ? 'refuse' : 'allow',
    },
    commission: drawEntries(random),
    ...(random() < 0.5 && { fee: drawFee(random) }),
    rounding: random() < 0.5 ? 'half_up' : pick(random, ROUNDINGS),
  });

/** Terms enough that no two of them meet often. */
export const drawManyTerms = (random: Random): EffectiveTerms[] =>
  Array.from({ length: 5_000 }, () => drawTerms(random));

/** Any instant of ten weeks, or one at, just before or just after the beginning of a month. */
function drawInstant(random: Random, calendar: ZoneCalendar): number {
  const at = from + below(random, to - from);
  if (random() < 0.8) return at;
  return calendar.periodOf('month', at).end + below(random, 3) - 1;
}

function drawConversion(
  random: Random,
  index: number,
  calendar: ZoneCalendar,
  given: EffectiveTerms | null,
): ConversionFacts {
  const amountMinor = drawAmount(random);
  const occurredAt = drawInstant(random, calendar);
  const oddity = random();
  const before = (): number => occurredAt - below(random, 40 * DAY_MS);
  return {
    id: `cnv_${index}`,
    externalId: `${pick(random, LETTERS)}${index}`,
    status: oddity < 0.02 ? 'PENDING' : oddity < 0.04 ? 'CANCELLED' : 'APPROVED',
    test: oddity > 0.04 && oddity < 0.05,
    currency: random() < 0.75 ? 'USD' : 'JPY',
    amountMinor,
    reversedMinor: random() < 0.85 ? 0n : BigInt(below(random, Number(amountMinor) + 1)),
    occurredAt,
    clickedAt: random() < 0.5 ? null : before() + 1_000,
    customer: oddity > 0.98 ? 'PARTNER-7' : null,
    sameOrderAt: random() < 0.9 ? null : before(),
    sameCustomerAt: random() < 0.9 ? null : before(),
    terms: given,
  };
}

const LETTERS = ['b', 'Z', 'a', 'é', '9'];

/** Up to 8 conversions, mostly by the same terms, some at the same instant. */
export function drawCase(random: Random, pool: readonly EffectiveTerms[]): DrawnCase {
  const calendar = pick(random, CALENDARS);
  const first = pick(random, pool);
  const changes = random() < 0.3;
  const conversions: ConversionFacts[] = [];
  for (let count = 1 + below(random, random() < 0.1 ? 8 : 4); count > 0; count -= 1) {
    const given = changes && random() < 0.5 ? pick(random, pool) : first;
    const none = random() < 0.005;
    const drawn = drawConversion(random, count, calendar, none ? null : given);
    const before = conversions.at(-1);
    if (before && random() < 0.1) drawn.occurredAt = before.occurredAt;
    conversions.push(drawn);
  }
  const oddity = random();
  const suspendedAt = oddity < 0.02 ? drawInstant(random, calendar) : null;
  return {
    affiliate: oddity > 0.995 ? null : { ...affiliate, suspendedAt },
    conversions,
    calendar,
    monthTerms: random() < 0.05 ? null : first,
    asOf: drawInstant(random, calendar),
  };
}
