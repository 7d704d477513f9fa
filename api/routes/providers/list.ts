import { z } from '@hono/zod-openapi';
import {
  readProviderLoads,
  readProviderStandings,
  type ProviderLoad,
} from '../../../db/queries/provider-standing.ts';
import { readProviderStates } from '../../../db/queries/provider-states.ts';
import { toJsonAmount } from '../../../domain/money.ts';
import { endpoint, json, newApp } from '../../http/endpoint.ts';
import { amountOut, isoOrNull, providerName, timeOrNull, timeOut } from '../../schemas/common.ts';
import { askBalances } from './ask-balances.ts';

const balanceOut = z.object({
  currency: z.string(),
  balance: amountOut
    .nullable()
    .meta({ description: 'As the provider says just now; null where it does not say.' }),
  unsent: z.int().meta({ description: 'Payments that wait to be sent.' }),
  unsentAmount: amountOut,
  inFlight: z.int().meta({ description: 'Payments that were sent and have not ended.' }),
  inFlightAmount: amountOut,
  covers: z.boolean().nullable().meta({
    description: 'Whether the balance is enough for what waits to be sent; null: no balance told.',
  }),
});

const providerOut = z
  .object({
    name: providerName,
    reachable: z.boolean().meta({ description: 'It answered this API just now.' }),
    problem: z.string().nullable().meta({ description: 'Why not, where it did not.' }),
    answeredMs: z.int().meta({ description: 'How long it took to answer.' }),
    circuit: z
      .enum(['closed', 'open', 'half_open'])
      .nullable()
      .meta({ description: 'As the worker that finds it worst sees it; null: none told.' }),
    failures: z.int(),
    reason: z.string().nullable(),
    since: timeOrNull,
    balances: z.array(balanceOut),
    accounts: z.int(),
    syncedAt: timeOrNull.meta({ description: 'When it last told of an account.' }),
    openCases: z.int(),
    lastReconciliation: z
      .object({ id: z.string(), day: z.string(), finishedAt: timeOut })
      .nullable(),
    currencies: z.array(z.string()).meta({ description: 'That it pays; empty for all.' }),
    eventsProve: z.boolean().meta({
      description: 'False: an event is only a hint, and the provider is read before it counts.',
    }),
  })
  .meta({ id: 'Provider' });

const route = endpoint({
  method: 'get',
  path: '/api/disbursement/providers',
  tags: ['Service'],
  summary: 'Each configured provider: whether it answers, what it holds, and what it is to pay',
  'x-permission': 'view',
  responses: {
    200: json('The providers.', z.object({ providers: z.array(providerOut) })),
  },
});

/** The providers of this installation. Asks each for its balances now. */
export const listProviders = newApp().openapi(route, async (c) => {
  const { db, providers } = c.var.deps;
  const all = providers.all();
  const [loads, circuits, standings] = await Promise.all([
    readProviderLoads(db),
    readProviderStates(db),
    readProviderStandings(
      db,
      all.map(({ name }) => name),
    ),
  ]);
  const answer = await Promise.all(
    all.map(async (provider) => {
      const { name, capabilities } = provider;
      const own = loads.filter((load) => load.provider === name);
      const asked = await askBalances(provider, currenciesOf(own, capabilities.currencies));
      const seen = circuits.find((circuit) => circuit.provider === name);
      const standing = standings.find((one) => one.provider === name);
      return {
        name,
        reachable: asked.problem === null,
        problem: asked.problem,
        answeredMs: asked.tookMs,
        circuit: seen?.circuit ?? null,
        failures: seen?.failures ?? 0,
        reason: seen?.reason ?? null,
        since: isoOrNull(seen?.since ?? null),
        balances: asked.balances.map(({ currency, minor }) =>
          toBalance(
            currency,
            minor,
            own.find((load) => load.currency === currency),
          ),
        ),
        accounts: standing?.accounts ?? 0,
        syncedAt: isoOrNull(standing?.synced_at ?? null),
        openCases: standing?.open_cases ?? 0,
        lastReconciliation: toRun(standing),
        currencies: [...capabilities.currencies],
        eventsProve: capabilities.webhooksProve,
      };
    }),
  );
  return c.json({ providers: answer }, 200);
});

const USUAL_CURRENCY = 'USD';

/** The currencies in which there is something to pay; where there is none, one to see that it answers. */
const currenciesOf = (loads: readonly ProviderLoad[], paid: readonly string[]): string[] =>
  loads.length > 0 ? loads.map(({ currency }) => currency) : [paid[0] ?? USUAL_CURRENCY];

const toBalance = (
  currency: string,
  minor: bigint | null,
  load: ProviderLoad | undefined,
): z.infer<typeof balanceOut> => ({
  currency,
  balance: minor === null ? null : toJsonAmount(minor),
  unsent: load?.unsent ?? 0,
  unsentAmount: toJsonAmount(load?.unsent_minor ?? 0n),
  inFlight: load?.in_flight ?? 0,
  inFlightAmount: toJsonAmount(load?.in_flight_minor ?? 0n),
  covers: minor === null ? null : minor >= (load?.unsent_minor ?? 0n),
});

const toRun = (
  standing:
    | {
        reconciliation_id: string | null;
        reconciled_day: string | null;
        reconciled_at: Date | null;
      }
    | undefined,
) =>
  standing?.reconciliation_id && standing.reconciled_day && standing.reconciled_at
    ? {
        id: standing.reconciliation_id,
        day: standing.reconciled_day,
        finishedAt: standing.reconciled_at.toISOString(),
      }
    : null;
