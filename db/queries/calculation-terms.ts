import { createHash } from 'node:crypto';
import { z } from 'zod';
import { ID_PREFIXES } from '../../domain/ids.ts';
import { effectiveTerms } from '../../domain/rules/effective.ts';
import { TERM_SECTIONS, type EffectiveTerms } from '../../domain/rules/terms.ts';
import type { Db } from '../client.ts';
import { readTerms, writeTerms } from '../rule-terms.ts';
import { noRow } from '../rows.ts';
import type { TermSources, TermsInForce } from './rules-in-force.ts';

/** Terms as decisions name them. */
export interface KnownTerms {
  id: string;
  terms: EffectiveTerms;
}

const termsRow = z.object({ id: z.string(), terms: z.unknown() });

/** Loads terms by their ids. Ids that are not there are not in the answer. */
export async function loadTerms(db: Db, ids: readonly string[]): Promise<KnownTerms[]> {
  if (ids.length === 0) return [];
  const rows = await db.run(
    termsRow,
    'select id, terms from calculation_terms where id = any($1::text[])',
    [ids],
  );
  return rows.map(({ id, terms }) => ({ id, terms: effectiveTerms([readTerms(terms)]) }));
}

/**
 * The terms that the calculations of one programme go by. Terms in force are stored once for each
 * content, under an id that follows from it, before a decision names them.
 */
export class TermsBook {
  readonly #db: Db;
  readonly #programmeId: string;
  readonly #byId = new Map<string, KnownTerms>();
  readonly #inForce = new Map<TermsInForce, KnownTerms>();
  readonly #ids = new Map<EffectiveTerms, string>();
  #unstored: { known: KnownTerms; hash: string; sources: TermSources }[] = [];

  constructor(db: Db, programmeId: string) {
    this.#db = db;
    this.#programmeId = programmeId;
  }

  /** The terms in force under their id. What is not stored yet is by the next `store`. */
  of(inForce: TermsInForce): KnownTerms {
    const held = this.#inForce.get(inForce);
    if (held) return held;
    const content = contentOf(this.#programmeId, inForce);
    const hash = createHash('sha256').update(content).digest('hex');
    const known = { id: `${ID_PREFIXES.terms}_${hash.slice(0, 32)}`, terms: inForce.terms };
    this.#inForce.set(inForce, known);
    this.#ids.set(inForce.terms, known.id);
    this.#unstored.push({ known, hash, sources: inForce.sources });
    return known;
  }

  /** Reads those of these ids that are not known yet. */
  async load(ids: Iterable<string>): Promise<void> {
    const missing = [...new Set(ids)].filter((id) => !this.#byId.has(id));
    for (const known of await loadTerms(this.#db, missing)) {
      this.#byId.set(known.id, known);
      this.#ids.set(known.terms, known.id);
    }
  }

  /** Terms that `load` has read. Throws for others. */
  loaded(id: string): KnownTerms {
    const known = this.#byId.get(id);
    if (!known) throw new Error(`the terms ${id} are not there`);
    return known;
  }

  /** The id of terms that this book gave out. Throws for others. */
  idOf(terms: EffectiveTerms): string {
    const id = this.#ids.get(terms);
    if (id === undefined) throw new Error('terms that no book knows');
    return id;
  }

  /** Stores what was given out and is not stored. Safe to repeat. */
  async store(): Promise<void> {
    const fresh = this.#unstored;
    if (fresh.length === 0) return;
    this.#unstored = [];
    await this.#db.run(
      noRow,
      `insert into calculation_terms (id, programme_id, content_hash, sources, terms)
       select id, $1, content_hash, sources::jsonb, terms::jsonb
       from unnest($2::text[], $3::text[], $4::text[], $5::text[]) as i (id, content_hash, sources, terms)
       on conflict do nothing`,
      [
        this.#programmeId,
        fresh.map(({ known }) => known.id),
        fresh.map(({ hash }) => hash),
        fresh.map(({ sources }) => JSON.stringify(sources)),
        fresh.map(({ known }) => JSON.stringify(writeTerms(known.terms))),
      ],
    );
  }
}

const contentOf = (programmeId: string, { sources, terms }: TermsInForce): string =>
  JSON.stringify([
    programmeId,
    TERM_SECTIONS.map((section) => [sources[section]?.ruleId, sources[section]?.version]),
    writeTerms(terms),
  ]);
