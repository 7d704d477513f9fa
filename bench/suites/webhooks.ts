import type { Figure } from '../measure/figure.ts';
import { race } from './race.ts';
import type { Bench, Findings } from './suite.ts';
import { rateFigure } from './throughput.ts';

const SUITE = 'webhooks';

/** The provider as it is by itself: accepts, settles 50 ms later, tells so by a webhook through the API. */
export async function webhooks(bench: Bench): Promise<Findings> {
  const figures: Figure[] = [];
  const details: unknown[] = [];
  for (const payments of bench.options.payments) {
    const found = await race(bench, { payments, submission: 'single', faults: [], api: true });
    details.push({ suite: SUITE, ...found });
    const name = `${payments.toLocaleString('en-US')}, settled by webhook`;
    figures.push(rateFigure(SUITE, name, found));
  }
  return { figures, details };
}
