import type { Db } from '../db/client.ts';
import {
  currencyMinimum,
  maturedBy,
  maturingByDay,
  type ForecastAsked,
} from '../db/queries/forecast.ts';
import { holidaySet } from '../db/queries/holidays.ts';
import { listSchedules, type ScheduleRow } from '../db/queries/payout-schedules.ts';
import { loadRules } from '../db/queries/rules-in-force.ts';
import { payeeState, type PayeeState } from '../db/queries/why-not-paid.ts';
import { inOrder, isDue, nextRuns, type Period } from '../domain/calendar/periods.ts';
import { fittingLimit } from '../domain/payout-limits.ts';
import type { EffectiveTerms } from '../domain/rules/terms.ts';
import type { PaymentTerms } from './payment-terms.ts';

/** So many runs are looked at, at what is earned already. */
const RUNS_MAX = 12;
const SCHEDULES_MAX = 200;

/** One run at which the payee is due. */
export interface ForecastRun {
  schedule: ScheduleRow;
  period: Period;
  /** What will have matured by its cut-off. */
  amountMinor: bigint;
  minimumMinor: bigint;
}

export interface Forecast {
  /** The next run at which the payee is due; null where no schedule pays it. */
  next: ForecastRun | null;
  /** The first run, of the next twelve, at which the minimum is reached. */
  paid: ForecastRun | null;
  maturing: { day: string; amount: bigint }[];
}

/** When a payee will be paid how much, at what is earned already; null where there is no such payee. */
export async function forecast(
  db: Db,
  paymentTerms: PaymentTerms,
  asked: ForecastAsked,
  now: number,
): Promise<Forecast | null> {
  const { payeeId, programmeId, currency } = asked;
  const page = await listSchedules(db, { programmeId, limit: SCHEDULES_MAX });
  const schedules = page.filter((each) => each.currency === currency && !each.paused);
  const payee = await payeeState(db, payeeId, schedules[0]?.provider ?? '');
  if (!payee) return null;
  const rules = await loadRules(db, programmeId, [payeeId]);
  const terms = rules.termsAt({ id: payeeId, groupName: payee.group_name }, now)?.terms ?? null;
  const runs = await runsOf(db, schedules, terms, now);
  const amounts = await maturedBy(
    db,
    asked,
    runs.map(({ period }) => new Date(period.cutoffAt)),
  );
  const minimums = new Map<string, bigint>();
  for (const { provider } of schedules)
    minimums.set(provider, await minimumAt(db, paymentTerms, asked, { provider, terms }));
  const judged = runs.map((run, place) => ({
    ...run,
    amountMinor: amounts[place] ?? 0n,
    minimumMinor: minimums.get(run.schedule.provider) ?? 0n,
  }));
  const reached = ({ amountMinor, minimumMinor }: ForecastRun): boolean =>
    amountMinor > 0n && amountMinor >= minimumMinor;
  return {
    next: judged[0] ?? null,
    paid: judged.find(reached) ?? null,
    maturing: await maturingByDay(db, asked),
  };
}

/** The next runs of all schedules at which a payee with these terms is due. */
async function runsOf(
  db: Db,
  schedules: readonly ScheduleRow[],
  terms: EffectiveTerms | null,
  now: number,
): Promise<{ schedule: ScheduleRow; period: Period }[]> {
  const frequency = terms?.frequency ?? null;
  const runs: { schedule: ScheduleRow; period: Period }[] = [];
  for (const schedule of schedules) {
    const holidays = await holidaySet(db, schedule.calendar);
    const next = nextRuns(schedule, holidays, now, RUNS_MAX, (day) =>
      isDue(frequency, schedule, day),
    );
    runs.push(...next.map((period) => ({ schedule, period })));
  }
  return runs.toSorted((one, other) => inOrder(one.period, other.period)).slice(0, RUNS_MAX);
}

/** The least that is paid to a payee by a provider: that of a rule, else of the currency, or what the provider takes. */
async function minimumAt(
  db: Db,
  paymentTerms: PaymentTerms,
  asked: ForecastAsked,
  { provider, terms }: { provider: string; terms: EffectiveTerms | null },
): Promise<bigint> {
  const { payeeId, currency } = asked;
  const state: PayeeState | null = await payeeState(db, payeeId, provider);
  const where = {
    currency,
    provider,
    channelCode: state?.channel_code ?? null,
    country: state?.country ?? '',
  };
  const ruled = fittingLimit(terms?.payout?.minimums ?? [], where)?.amountMinor;
  const [own = 0n, channel = 0n] = await currencyMinimum(db, asked, provider);
  const limit = paymentTerms.limitsOf(provider).get(currency)?.minimumMinor ?? 0n;
  return [limit, channel].reduce((most, each) => (each > most ? each : most), ruled ?? own);
}
