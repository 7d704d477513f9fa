import { z } from 'zod';
import { fittingLimit } from '../../domain/payout-limits.ts';
import { DEFAULT_PROGRAMME_ID } from '../../domain/rules/programme.ts';
import type { EffectiveTerms, Frequency, PayoutTerms } from '../../domain/rules/terms.ts';
import type { Db } from '../client.ts';
import { loadRuleVersions, RulesInForce } from './rules-in-force.ts';

/** Whose terms are asked for: of which programme, by which provider, and at which instant. */
export interface TermsAsked {
  provider: string;
  /** All where none is named. */
  currency?: string | undefined;
  affiliateIds?: readonly string[] | undefined;
  programmeId?: string | undefined;
  at: Date;
  isDue?: ((frequency: Frequency | null) => boolean) | undefined;
}

/**
 * What payout rules say, laid out for the database: whom each set of terms holds for, and the limits
 * of each set by currency, channel and country. Set 0 holds for all who are in no other.
 */
export interface PayoutTable {
  payees: { payeeId: string; set: number }[];
  groups: { name: string; set: number }[];
  /** Channels and countries that limits name; all others stand as `*`. */
  channels: string[];
  countries: string[];
  rows: { key: string; minimumMinor: bigint | null; maximumMinor: bigint | null }[];
  /** Sets whose payees are not looked at. */
  notDue: number[];
  /** Whether any limit is a maximum. */
  splits: boolean;
}

interface TermsSet {
  payout: PayoutTerms;
  due: boolean;
}

const NO_LIMITS: PayoutTerms = { minimums: [], maximums: [] };
const ANY = '*';

/**
 * The payout terms in force; null where no rule has a limit for what is asked and all are due. Rules
 * of single payees and groups that say nothing else than those above them are left out.
 */
export async function loadPayoutTable(db: Db, asked: TermsAsked): Promise<PayoutTable | null> {
  const programmeId = asked.programmeId ?? DEFAULT_PROGRAMME_ID;
  const versions = await loadRuleVersions(db, programmeId, asked.affiliateIds ?? null);
  if (versions.length === 0 && !asked.isDue) return null;
  const rules = new RulesInForce(versions);
  const sets = new TermsSets(asked);
  const setOf = (id: string, groupName: string | null): number =>
    sets.numberOf(rules.termsAt({ id, groupName }, asked.at.getTime())?.terms ?? null);
  setOf('', null);
  const names = new Set(versions.flatMap(({ groupName }) => groupName ?? []));
  const groups = [...names].map((name) => ({ name, set: setOf('', name) }));
  const groupSets = new Map(groups.map(({ name, set }) => [name, set]));
  const ruled = await groupsOf(db, new Set(versions.flatMap(({ payeeId }) => payeeId ?? [])));
  const payees = ruled
    .map(({ id, group_name }) => ({ payeeId: id, group_name, set: setOf(id, group_name) }))
    .filter(({ set, group_name }) => set !== (groupSets.get(group_name ?? '') ?? 0));
  const table = sets.table();
  if (table.rows.length === 0 && table.notDue.length === 0) return null;
  return { ...table, payees, groups: groups.filter(({ set }) => set !== 0) };
}

const groupRow = z.object({ id: z.string(), group_name: z.string().nullable() });

const groupsOf = async (db: Db, payeeIds: ReadonlySet<string>) =>
  payeeIds.size === 0
    ? []
    : db.run(groupRow, 'select id, group_name from payees where id = any($1::text[])', [
        [...payeeIds],
      ]);

/** Distinct terms by number, in the order in which they came up. */
class TermsSets {
  readonly #asked: TermsAsked;
  readonly #numbers = new Map<string, number>();
  readonly #sets: TermsSet[] = [];
  /** Effective terms are shared between payees, so most are known already. */
  readonly #known = new Map<EffectiveTerms | null, number>();

  constructor(asked: TermsAsked) {
    this.#asked = asked;
  }

  numberOf(terms: EffectiveTerms | null): number {
    const known = this.#known.get(terms);
    if (known !== undefined) return known;
    const payout = this.#inCurrency(terms?.payout ?? NO_LIMITS);
    const due = this.#asked.isDue?.(terms?.frequency ?? null) ?? true;
    const content = JSON.stringify([payout, due], (_name, value: unknown) =>
      typeof value === 'bigint' ? value.toString() : value,
    );
    const number = this.#numbers.get(content) ?? this.#sets.push({ payout, due }) - 1;
    this.#numbers.set(content, number);
    this.#known.set(terms, number);
    return number;
  }

  #inCurrency({ minimums, maximums }: PayoutTerms): PayoutTerms {
    const { currency } = this.#asked;
    const wanted = ({ currency: each }: { currency: string }) =>
      currency === undefined || each === currency;
    return { minimums: minimums.filter(wanted), maximums: maximums.filter(wanted) };
  }

  table(): Omit<PayoutTable, 'payees' | 'groups'> {
    const { provider } = this.#asked;
    const all = this.#sets.flatMap(({ payout }) => [...payout.minimums, ...payout.maximums]);
    const currencies = [...new Set(all.map(({ currency }) => currency))];
    const named = all.flatMap(({ method }) => (method === null ? [] : [method]));
    const channels = [...new Set(named)].filter((method) => method !== provider);
    const countries = [...new Set(all.flatMap(({ country }) => country ?? []))];
    const rows = this.#sets.flatMap(({ payout }, set) =>
      currencies.flatMap((currency) =>
        [ANY, ...channels].flatMap((channelCode) =>
          [ANY, ...countries].map((country) => {
            const where = { currency, provider, channelCode, country };
            return {
              key: `${set} ${currency} ${channelCode} ${country}`,
              minimumMinor: fittingLimit(payout.minimums, where)?.amountMinor ?? null,
              maximumMinor: fittingLimit(payout.maximums, where)?.amountMinor ?? null,
            };
          }),
        ),
      ),
    );
    return {
      channels,
      countries,
      rows: rows.filter((row) => row.minimumMinor !== null || row.maximumMinor !== null),
      notDue: this.#sets.flatMap(({ due }, set) => (due ? [] : [set])),
      splits: this.#sets.some(({ payout }) => payout.maximums.length > 0),
    };
  }
}

/** Puts a value into the statement and answers how the statement names it. */
export type Bind = (value: unknown, type: string) => string;

/**
 * Joins that give a payee's terms as `t` (`minimum_minor`, `maximum_minor`) and `s.number`, its set.
 * `payee`, `account` and `currency` say where they stand in the statement.
 */
export function joinTerms(
  table: PayoutTable,
  bind: Bind,
  { payee, account, currency }: { payee: string; account: string; currency: string },
): string {
  const named = (values: string[], column: string) =>
    values.length === 0
      ? `'${ANY}'`
      : `case when ${column} = any(${bind(values, 'text[]')}) then ${column} else '${ANY}' end`;
  const pairs = (names: string[], sets: number[], columns: string) =>
    `(select * from unnest(${bind(names, 'text[]')}, ${bind(sets, 'int[]')}) as each (${columns}))`;
  return `
    left join ${pairs(
      table.payees.map(({ payeeId }) => payeeId),
      table.payees.map(({ set }) => set),
      'payee_id, number',
    )} own on own.payee_id = ${payee}.id
    left join ${pairs(
      table.groups.map(({ name }) => name),
      table.groups.map(({ set }) => set),
      'name, number',
    )} in_group on in_group.name = ${payee}.group_name
    cross join lateral (select coalesce(own.number, in_group.number, 0) as number) s
    left join unnest(${bind(
      table.rows.map(({ key }) => key),
      'text[]',
    )}, ${bind(
      table.rows.map(({ minimumMinor }) => minimumMinor),
      'bigint[]',
    )}, ${bind(
      table.rows.map(({ maximumMinor }) => maximumMinor),
      'bigint[]',
    )}) as t (key, minimum_minor, maximum_minor)
      on t.key = s.number || ' ' || ${currency} || ' ' || ${named(table.channels, `${account}.channel_code`)}
        || ' ' || ${named(table.countries, `${payee}.country`)}`;
}
