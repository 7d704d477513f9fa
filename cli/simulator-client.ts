import { z } from 'zod';
import { CliError, textOf } from './errors.ts';
import { EXIT } from './exit-codes.ts';

/** One transfer as the simulator's own ledger has it. */
export interface Transfer {
  readonly reference: string;
  readonly recipient: string;
  readonly amount: number;
  readonly currency: string;
  readonly status: string;
}

/** A fault rule in the simulator's words (simulator/README.md). */
export interface FaultRule {
  readonly when?: Readonly<Record<string, unknown>>;
  readonly probability?: number;
  readonly effect: string;
  readonly [parameter: string]: unknown;
}

const stats = z.looseObject({
  stats: z.array(
    z.looseObject({
      provider: z.string(),
      currency: z.string(),
      status: z.string(),
      count: z.int(),
      amount: z.int(),
    }),
  ),
});
const faults = z.looseObject({ rules: z.array(z.looseObject({ effect: z.unknown() })) });

/** The control calls of a running simulator. */
export interface SimulatorClient {
  stats(): Promise<z.infer<typeof stats>['stats']>;
  faults(): Promise<z.infer<typeof faults>>;
  setFaults(rules: readonly FaultRule[], seed?: number): Promise<z.infer<typeof faults>>;
  /** Every transfer of a provider, read at the pace of the caller: there may be millions. */
  transfers(provider: string): AsyncIterable<Transfer>;
}

/** Opens the control calls at an address. Failures are `CliError`s. */
export function makeSimulatorClient(url: string): SimulatorClient {
  const request = async (path: string, body?: unknown): Promise<Response> => {
    let answer: Response;
    try {
      const post = { method: 'POST', body: JSON.stringify(body) };
      answer = await fetch(`${url}/_sim${path}`, body === undefined ? {} : post);
    } catch (error) {
      throw new CliError(`No simulator answers at ${url}.`, {
        why: [textOf(error instanceof Error ? (error.cause ?? error) : error)],
        next: ['bursar status'],
        code: 'unreachable',
      });
    }
    if (answer.ok) return answer;
    throw new CliError('The simulator refuses this.', {
      why: [refusalText(await answer.text())],
      next: ['bursar simulate --help'],
      code: 'simulator_refused',
      exitCode: EXIT.usage,
    });
  };
  const read = async <T>(schema: z.ZodType<T>, path: string, body?: unknown): Promise<T> =>
    schema.parse(await (await request(path, body)).json());
  return {
    stats: async () => (await read(stats, '/stats')).stats,
    faults: () => read(faults, '/faults'),
    setFaults: (rules, seed = 1) => read(faults, '/faults', { seed, rules }),
    async *transfers(provider) {
      const answer = await request(`/transfers?provider=${encodeURIComponent(provider)}`);
      if (answer.body !== null) yield* flatObjects<Transfer>(answer.body);
    },
  };
}

const refusal = z.looseObject({ error: z.looseObject({ message: z.string() }) });

function refusalText(body: string): string {
  const read = refusal.safeParse(parsed(body));
  return read.success ? read.data.error.message : body;
}

/**
 * The objects of `{"name":[{...},{...}]}`, one by one as they arrive. They hold no objects
 * themselves, so a piece up to a brace is one of them, or that brace is within a string.
 */
export async function* flatObjects<T>(body: AsyncIterable<Uint8Array>): AsyncGenerator<T> {
  const decoder = new TextDecoder();
  let text = '';
  let listed = false;
  for await (const bytes of body) {
    text += decoder.decode(bytes, { stream: true });
    if (!listed) {
      const list = text.indexOf('[');
      if (list === -1) continue;
      text = text.slice(list + 1);
      listed = true;
    }
    let start = 0;
    for (let end = text.indexOf('}'); end !== -1; end = text.indexOf('}', end + 1)) {
      const from = text.indexOf('{', start);
      const object = parsed(text.slice(from, end + 1));
      if (object === undefined) continue;
      yield object as T;
      start = end + 1;
    }
    text = text.slice(start);
  }
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
