import type { Style } from '../output/style.ts';

/** How long one step took. */
export interface StepTime {
  readonly step: string;
  readonly milliseconds: number;
}

/** Tells, line by line, what a long job does. */
export interface Steps {
  readonly style: Style;
  readonly times: readonly StepTime[];
  /** Runs one step and writes one line when it is done: what `say` makes of its result, and its time. */
  run<T>(step: string, work: () => Promise<T>, say: (result: T) => string): Promise<T>;
  /** A line of its own, below the step before. */
  line(text: string): void;
}

/** Steps that are written to a stream. */
export function makeSteps(stream: NodeJS.WriteStream, style: Style): Steps {
  const times: StepTime[] = [];
  const line = (text: string) => void stream.write(`${text}\n`);
  return {
    style,
    times,
    line,
    run: async (step, work, say) => {
      const startedAtMs = performance.now();
      const result = await work();
      const milliseconds = Math.round(performance.now() - startedAtMs);
      times.push({ step, milliseconds });
      line(`${style.good('✔')} ${say(result)}  ${style.dim(seconds(milliseconds))}`);
      return result;
    },
  };
}

/** `1.2 s`. */
export const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`;
