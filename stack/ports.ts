import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { StackError } from './errors.ts';

/** The ports a stack listens on, all on 127.0.0.1. */
export interface Ports {
  readonly api: number;
  readonly simulator: number;
  readonly temporal: number;
  readonly temporalUi: number;
  readonly postgres: number;
}

const PORT_FLAGS = {
  api: '--api-port',
  simulator: '--simulator-port',
  temporal: '--temporal-port',
  temporalUi: '--temporal-ui-port',
  postgres: '--postgres-port',
} as const satisfies Record<keyof Ports, string>;

// Below the range from which systems take ports for outgoing connections: a port that is free now
// is then not taken by somebody's client before our server listens on it.
const RANGE_START = 20_000;
const RANGE_END = 30_000;
const TRIES_MAX = 200;

/**
 * The given ports, checked to be free, and a free one for each that is not given; `remembered` ones
 * are taken again where they are still free, so links stay the same from start to start.
 * @throws StackError that names the flag of a given port that is taken.
 */
export async function withFreePorts(
  given: Partial<Ports> = {},
  remembered: Partial<Ports> = {},
): Promise<Ports> {
  const taken = new Set<number>();
  const choose = async (name: keyof Ports): Promise<number> => {
    const port = await choosePort(name, given[name], remembered[name], taken);
    taken.add(port);
    return port;
  };
  return {
    api: await choose('api'),
    simulator: await choose('simulator'),
    temporal: await choose('temporal'),
    temporalUi: await choose('temporalUi'),
    postgres: await choose('postgres'),
  };
}

async function choosePort(
  name: keyof Ports,
  given: number | undefined,
  remembered: number | undefined,
  taken: ReadonlySet<number>,
): Promise<number> {
  if (given !== undefined) {
    if (!taken.has(given) && (await isFree(given))) return given;
    throw new StackError(
      `Port ${given}, asked for by ${PORT_FLAGS[name]}, is taken.`,
      `Give another ${PORT_FLAGS[name]}, or leave it out and a free port is chosen.`,
    );
  }
  if (remembered !== undefined && !taken.has(remembered) && (await isFree(remembered))) {
    return remembered;
  }
  return freePort(taken);
}

/** A port of 127.0.0.1 that nobody listens on and that is not in `taken`. */
export async function freePort(taken: ReadonlySet<number> = new Set()): Promise<number> {
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const port = randomInt(RANGE_START, RANGE_END);
    if (!taken.has(port) && (await isFree(port))) return port;
  }
  throw new StackError(
    `No free port found between ${RANGE_START} and ${RANGE_END}.`,
    'End programs that listen on these ports, or give the ports by flags.',
  );
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      server.close(() => resolve(true));
    });
  });
}
