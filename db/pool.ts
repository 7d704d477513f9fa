import postgres from 'postgres';

/** Connections that one process holds at most; four processes stay well below Postgres' hundred. */
const CONNECTIONS_MAX = 12;

type Pool = postgres.Sql<{ bigint: bigint }>;

/** Opens a pool; it connects when first used. `max: 1` gives a connection of one's own. */
export function openPool(
  databaseUrl: string,
  options: { max?: number; onClose?: () => void } = {},
): Pool {
  return postgres(databaseUrl, {
    max: options.max ?? CONNECTIONS_MAX,
    connect_timeout: 5,
    idle_timeout: 0,
    max_lifetime: null,
    fetch_types: false,
    onnotice: () => {},
    onclose: () => options.onClose?.(),
    types: { bigint: postgres.BigInt },
    // Compiling a statement takes longer than running any of ours.
    connection: { application_name: 'bursar', timezone: 'UTC', work_mem: '32MB', jit: false },
  });
}

export type { Pool };
