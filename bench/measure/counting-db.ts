import type { Db } from '../../db/client.ts';

/** How often one statement was sent, and how long its answers took in all. */
export interface StatementTally {
  statement: string;
  count: number;
  totalMs: number;
}

const STATEMENT_CHARACTERS = 110;

/** The same database, counting each statement by the beginning of its text. Typed queries of `orm` are not counted. */
export function countingDb(db: Db): { db: Db; tallies: () => StatementTally[] } {
  const tallies = new Map<string, StatementTally>();
  const tallyOf = (text: string): StatementTally => {
    const known = tallies.get(text);
    if (known) return known;
    const statement = text.trim().replaceAll(/\s+/g, ' ').slice(0, STATEMENT_CHARACTERS);
    const tally = { statement, count: 0, totalMs: 0 };
    tallies.set(text, tally);
    return tally;
  };
  return {
    db: {
      ...db,
      async run(row, text, values, options) {
        const tally = tallyOf(text);
        tally.count += 1;
        const startedMs = performance.now();
        try {
          return await db.run(row, text, values, options);
        } finally {
          tally.totalMs += performance.now() - startedMs;
        }
      },
    },
    tallies: () => [...tallies.values()],
  };
}
