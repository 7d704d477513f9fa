import type { Ground } from '../ground.ts';
import type { Figure } from '../measure/figure.ts';
import type { BenchOptions } from '../options.ts';
import type { BatchTemplate } from '../seed/templates.ts';

/** What every suite works with. */
export interface Bench {
  ground: Ground;
  options: BenchOptions;
  templateOf: (payments: number) => Promise<BatchTemplate>;
  log: (text: string) => void;
  /** Aborted when the person at the keyboard has seen enough; thrown between two measurements. */
  signal: AbortSignal;
}

/** What a suite found: figures for the table, and everything behind them for the file. */
export interface Findings {
  figures: Figure[];
  details: unknown;
}
