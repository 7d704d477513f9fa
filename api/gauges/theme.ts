import { Gauge, type Registry } from 'prom-client';

/** Gauges that are read together from outside this process. */
export interface Theme {
  name: string;
  /** They are no older than this, however often they are asked for. */
  everyMs: number;
  gauges: readonly Gauge[];
  /** Reads all of them; the answer fills them in. */
  read: () => Promise<() => void>;
}

/** Makes gauges of one registry. */
export type MakeGauge = <const Label extends string = never>(
  name: string,
  help: string,
  labelNames?: readonly Label[],
) => Gauge<Label>;

export const gaugesOf =
  (registry: Registry): MakeGauge =>
  (name, help, labelNames = []) =>
    new Gauge({ name, help, labelNames, registers: [registry] });

/** The quantiles that are told of times. */
export const QUANTILES = { '0.5': 'p50', '0.95': 'p95', '0.99': 'p99' } as const;

/** Keeps a theme fresh. */
export interface FreshTheme {
  name: string;
  /** Reads it where it is too old. Never throws. */
  refresh(): Promise<void>;
  /** False where it could not be read last time, or not yet: none of its gauges is told then. */
  readonly readable: boolean;
}

export function keepThemeFresh({ name, everyMs, gauges, read }: Theme): FreshTheme {
  let readAt = -Infinity;
  let reading: Promise<void> | null = null;
  let readable = false;
  for (const gauge of gauges) empty(gauge);
  const readAnew = async (): Promise<void> => {
    const fill = await read().catch(() => null);
    readable = fill !== null;
    readAt = performance.now();
    for (const gauge of gauges) empty(gauge);
    fill?.();
  };
  return {
    name,
    refresh() {
      if (performance.now() - readAt < everyMs) return Promise.resolve();
      reading ??= readAnew().finally(() => {
        reading = null;
      });
      return reading;
    },
    get readable() {
      return readable;
    },
  };
}

/** A gauge without labels would say zero after `reset` alone, which is more than is known. */
function empty(gauge: Gauge): void {
  gauge.reset();
  gauge.remove({});
}
