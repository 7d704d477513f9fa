import { makePasswordHasher } from '../../api/auth/password-hash.ts';
import type { Figure } from '../measure/figure.ts';
import { percentile } from '../measure/statistics.ts';
import { openDoorApp, type DoorApp } from '../runs/door-app.ts';
import type { Bench, Findings } from './suite.ts';

const SUITE = 'door';
const CALLS = 20_000;
const WARM_UP_CALLS = 2_000;
const HASHES_AT_ONCE = 4;
const HASHES = 8;
const ADDED_MS_MAX = { p50: 1, p99: 3 } as const;
const HASH_MS_MIN = 100;
/** One hash takes longer than this, so a loop that waits for one is far above it. */
const BESIDE_MS_MAX = 50;

type Callers = 'key' | 'person';

interface Round {
  open: Record<Callers, number[]>;
  door: Record<Callers, number[]>;
  hashMs: number[];
  besideMs: number[];
  aloneMs: number[];
}

/**
 * What authentication, limits, permission, address and proof add to a request: a handler that does
 * nothing behind all of them, beside the same handler without, in one process, turn and turn about.
 * Then what hashing passwords costs, and what it does to requests meanwhile.
 */
export async function door(bench: Bench): Promise<Findings> {
  const { ground, log, options, signal } = bench;
  const database = 'door';
  const app = await openDoorApp(
    await ground.copyDatabase(database),
    ground.stack.info.temporalAddress,
  );
  const rounds: Round[] = [];
  try {
    for (let round = 0; round < options.rounds; round += 1) {
      signal.throwIfAborted();
      rounds.push(await measureRound(app));
      log(`door, round ${round + 1} done`);
    }
  } finally {
    await app.close();
    await ground.dropDatabase(database);
  }
  return { figures: figuresOf(rounds), details: { suite: SUITE, rounds: rounds.map(inShort) } };
}

async function measureRound(app: DoorApp): Promise<Round> {
  const round: Round = {
    open: { key: [], person: [] },
    door: { key: [], person: [] },
    hashMs: [],
    besideMs: [],
    aloneMs: [],
  };
  for (const caller of ['key', 'person'] as const) {
    for (let call = -WARM_UP_CALLS; call < CALLS; call += 1) {
      const openMs = await app.call('/bench/open', app[caller]);
      const doorMs = await app.call('/bench/door', app[caller]);
      if (call < 0) continue;
      round.open[caller].push(openMs);
      round.door[caller].push(doorMs);
      // As between requests of a server, timers and sockets have their turn.
      if (call % 10 === 0) await new Promise(setImmediate);
    }
  }
  await measureHashes(app, round);
  return round;
}

async function measureHashes(app: DoorApp, round: Round): Promise<void> {
  const hasher = makePasswordHasher();
  for (let hash = 0; hash < 3; hash += 1) {
    const startedMs = performance.now();
    await hasher.hash('a password of the bench');
    round.hashMs.push(performance.now() - startedMs);
  }
  const under = { way: true };
  const hashing = (async () => {
    for (let done = 0; done < HASHES; done += HASHES_AT_ONCE) {
      await Promise.all(Array.from({ length: HASHES_AT_ONCE }, () => hasher.hash('another')));
    }
    under.way = false;
  })();
  while (under.way) round.besideMs.push(await spacedCall(app));
  await hashing;
  for (const _ of round.besideMs) round.aloneMs.push(await spacedCall(app));
}

/** From when a request could begin, so that a loop which is busy counts. */
async function spacedCall(app: DoorApp): Promise<number> {
  const dueMs = performance.now() + 1;
  await new Promise((resolve) => setTimeout(resolve, 1));
  await app.call('/bench/door', app.key);
  return performance.now() - dueMs;
}

const inShort = (round: Round) => ({
  ...Object.fromEntries(
    (['key', 'person'] as const).map((caller) => [
      caller,
      {
        open: quantiles(round.open[caller]),
        door: quantiles(round.door[caller]),
      },
    ]),
  ),
  hashMs: round.hashMs,
  beside: quantiles(round.besideMs),
  alone: quantiles(round.aloneMs),
});

const quantiles = (values: readonly number[]) => ({
  p50: percentile(values, 0.5),
  p99: percentile(values, 0.99),
  calls: values.length,
});

function figuresOf(rounds: readonly Round[]): Figure[] {
  const added = (caller: Callers, p: 'p50' | 'p99'): Figure => {
    const at = (values: readonly number[]) => percentile(values, p === 'p50' ? 0.5 : 0.99);
    return {
      suite: SUITE,
      name: `added to a request by ${caller}, ${p}`,
      unit: 'ms',
      measured: rounds.map(({ open, door }) => at(door[caller]) - at(open[caller])),
      reference: { what: 'the handler alone', values: rounds.map(({ open }) => at(open[caller])) },
      goal: { of: 'measured', atMost: ADDED_MS_MAX[p] },
    };
  };
  return [
    added('key', 'p50'),
    added('key', 'p99'),
    added('person', 'p50'),
    added('person', 'p99'),
    {
      suite: SUITE,
      name: 'one password hash',
      unit: 'ms',
      measured: rounds.map(({ hashMs }) => percentile(hashMs, 0.5)),
      goal: { of: 'measured', atLeast: HASH_MS_MIN },
    },
    {
      suite: SUITE,
      name: `requests beside ${HASHES_AT_ONCE} hashes, p99`,
      unit: 'ms',
      measured: rounds.map(({ besideMs }) => percentile(besideMs, 0.99)),
      reference: {
        what: 'without hashes',
        values: rounds.map(({ aloneMs }) => percentile(aloneMs, 0.99)),
      },
      goal: { of: 'measured', atMost: BESIDE_MS_MAX },
    },
  ];
}
