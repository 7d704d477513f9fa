import { z } from 'zod';
import { termsByLayer } from '../../domain/rules/effective.ts';
import {
  TERM_SECTIONS,
  type EffectiveTerms,
  type TermSection,
  type Terms,
} from '../../domain/rules/terms.ts';
import type { Db } from '../client.ts';
import { instantColumn } from '../rows.ts';
import { readTerms } from '../rule-terms.ts';

/** Which version of which rule gave a section; a section that is not there stands at its default. */
export type TermSources = Partial<Record<TermSection, { ruleId: string; version: number }>>;

/** What holds for a payee at an instant. */
export interface TermsInForce {
  terms: EffectiveTerms;
  sources: TermSources;
}

/** One version of a rule, with whom it is for: a payee, a group, or all of the programme. */
export interface RuleVersion {
  ruleId: string;
  version: number;
  groupName: string | null;
  payeeId: string | null;
  /** From `fromMs`, included, to `toMs`, not included; none for an open end. */
  fromMs: number;
  toMs: number | null;
  terms: Terms;
}

const DEADLINE_MS = 30_000;

const versionRow = z.object({
  rule_id: z.string(),
  version: z.int(),
  group_name: z.string().nullable(),
  payee_id: z.string().nullable(),
  effective_from: instantColumn,
  effective_to: instantColumn.nullable(),
  terms: z.unknown(),
});

/**
 * All versions of the rules of a programme that may hold for these payees (null: for anybody), as they
 * stand now.
 */
export async function loadRules(
  db: Db,
  programmeId: string,
  payeeIds: readonly string[] | null,
): Promise<RulesInForce> {
  return new RulesInForce(await loadRuleVersions(db, programmeId, payeeIds));
}

/** The versions that `loadRules` works with. */
export async function loadRuleVersions(
  db: Db,
  programmeId: string,
  payeeIds: readonly string[] | null,
): Promise<RuleVersion[]> {
  const rows = await db.run(
    versionRow,
    `select v.rule_id, v.version, r.group_name, r.payee_id, v.effective_from, v.effective_to, v.terms
     from payout_rules r join payout_rule_versions v on v.rule_id = r.id
     where r.programme_id = $1 and (r.payee_id is null or $2::text[] is null or r.payee_id = any($2::text[]))
     order by v.rule_id, v.effective_from`,
    [programmeId, payeeIds],
    { deadlineMs: DEADLINE_MS },
  );
  return rows.map((row) => ({
    ruleId: row.rule_id,
    version: row.version,
    groupName: row.group_name,
    payeeId: row.payee_id,
    fromMs: row.effective_from.getTime(),
    toMs: row.effective_to?.getTime() ?? null,
    terms: readTerms(row.terms),
  }));
}

/** Versions of one target, in order of time, each with its place in the list of all. */
type Timeline = { place: number; version: RuleVersion }[];

const NOBODY = '-';

/** The rules of one programme, laid over each other for a payee at an instant. */
export class RulesInForce {
  readonly #programme: Timeline = [];
  readonly #groups = new Map<string, Timeline>();
  readonly #payees = new Map<string, Timeline>();
  /** Each combination of versions is laid together once, so that equal ones are the same object. */
  readonly #laid = new Map<string, TermsInForce>();

  /** Versions of one target do not overlap; payees whose rules are not among them have none. */
  constructor(versions: readonly RuleVersion[]) {
    const sorted = versions.toSorted((a, b) => a.fromMs - b.fromMs);
    for (const [place, version] of sorted.entries())
      this.#timelineOf(version).push({ place, version });
  }

  #timelineOf({ payeeId, groupName }: RuleVersion): Timeline {
    if (payeeId !== null) return getOrAdd(this.#payees, payeeId);
    return groupName === null ? this.#programme : getOrAdd(this.#groups, groupName);
  }

  /**
   * What holds for the payee at that instant (milliseconds since 1970), section by section: what its
   * own rule says, else that of its group, else that of the programme. The same object for the same
   * versions. Null where no rule is in force.
   */
  termsAt(payee: { id: string; groupName: string | null }, at: number): TermsInForce | null {
    const own = inForce(this.#payees.get(payee.id), at);
    const group = payee.groupName === null ? null : inForce(this.#groups.get(payee.groupName), at);
    const programme = inForce(this.#programme, at);
    if (!own && !group && !programme) return null;
    const key = `${own?.place ?? NOBODY},${group?.place ?? NOBODY},${programme?.place ?? NOBODY}`;
    const known = this.#laid.get(key);
    if (known) return known;
    const laid = layOver(
      [own, group, programme].flatMap((entry) => (entry ? [entry.version] : [])),
    );
    this.#laid.set(key, laid);
    return laid;
  }
}

function getOrAdd(timelines: Map<string, Timeline>, key: string): Timeline {
  const known = timelines.get(key);
  if (known) return known;
  const made: Timeline = [];
  timelines.set(key, made);
  return made;
}

/** The entry whose span holds the instant: the last that began by then, unless it has ended. */
function inForce(timeline: Timeline | undefined, at: number): Timeline[number] | null {
  if (!timeline) return null;
  const entry = timeline.findLast(({ version }) => version.fromMs <= at);
  return entry && (entry.version.toMs === null || at < entry.version.toMs) ? entry : null;
}

/** Most particular first. */
function layOver(versions: readonly RuleVersion[]): TermsInForce {
  const { terms, layers } = termsByLayer(versions.map((version) => version.terms));
  const sources: TermSources = {};
  for (const section of TERM_SECTIONS) {
    const deciding = versions[layers[section] ?? -1];
    if (deciding) sources[section] = { ruleId: deciding.ruleId, version: deciding.version };
  }
  return { terms, sources };
}
