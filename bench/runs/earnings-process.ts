import { once } from 'node:events';
import { calculateProgramme } from '../../activities/calculate-programme.ts';
import { openDatabase } from '../../db/client.ts';
import { DEFAULT_PROGRAMME_ID } from '../../domain/rules/programme.ts';
import { peakMemoryMiB } from '../measure/process-figures.ts';
import { plainEarnings } from './earnings-loop.ts';

/** What the process is to do: as the activity does it, or as the plain loop would. */
export interface EarningsTask {
  what: 'calculate' | 'loop';
  databaseUrl: string;
}

/** What it took. */
export interface EarningsNews {
  ms: number;
  commissions: number;
  peakMemoryMiB: number | null;
}

async function main(): Promise<void> {
  const [task] = (await once(process, 'message')) as [EarningsTask];
  const db = openDatabase(task.databaseUrl);
  const startedMs = performance.now();
  const commissions =
    task.what === 'loop'
      ? await plainEarnings(db)
      : (await calculateProgramme(db, { programmeId: DEFAULT_PROGRAMME_ID, asOf: null }))
          .commissions;
  const news: EarningsNews = {
    ms: performance.now() - startedMs,
    commissions,
    peakMemoryMiB: peakMemoryMiB(process.pid),
  };
  process.send?.(news);
  await db.close();
  process.disconnect();
}

await main();
