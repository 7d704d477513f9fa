import { batchPage } from '../answers.ts';
import { balancesAnswer } from '../answers/ledger.ts';
import type { ApiClient } from '../client.ts';
import type { SimulatorClient } from '../simulator-client.ts';

/** What three ledgers, kept apart from each other, say was paid: minor units. */
export interface Books {
  readonly ledger: number;
  readonly payments: number;
  readonly simulator: number;
}

/** The books in which a batch is written. */
export interface BooksScope {
  readonly provider: string;
  readonly currency: string;
}

const PAGE = 1_000;

/** What all ever paid by a provider in a currency comes to, by each of the three. */
export async function readBooks(
  client: ApiClient,
  simulator: SimulatorClient,
  scope: BooksScope,
): Promise<Books> {
  const [ledger, payments, atSimulator] = await Promise.all([
    ledgerSum(client, scope),
    paymentsSum(client, scope),
    simulatorSum(simulator, scope),
  ]);
  return { ledger, payments, simulator: atSimulator };
}

/** What was paid between two readings. */
export const booksSince = (before: Books, now: Books): Books => ({
  ledger: now.ledger - before.ledger,
  payments: now.payments - before.payments,
  simulator: now.simulator - before.simulator,
});

/** Whether all three agree to the minor unit. */
export const booksAgree = ({ ledger, payments, simulator }: Books): boolean =>
  ledger === payments && payments === simulator;

/** The account that is credited with each settled payment and debited with each returned one. */
async function ledgerSum(client: ApiClient, { provider, currency }: BooksScope): Promise<number> {
  const account = `provider_clearing/${provider}`;
  const { balances } = await client.get(balancesAnswer, '/api/disbursement/ledger/balances', {
    query: { account, currency },
  });
  return balances.reduce((sum, { balance }) => sum - balance, 0);
}

async function paymentsSum(client: ApiClient, scope: BooksScope): Promise<number> {
  let sum = 0;
  let cursor: string | undefined;
  do {
    const page = await client.get(batchPage, '/api/disbursement/batches', {
      query: { ...scope, limit: PAGE, cursor },
    });
    for (const { amounts } of page.batches) sum += amounts['COMPLETED'] ?? 0;
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return sum;
}

async function simulatorSum(
  simulator: SimulatorClient,
  { provider, currency }: BooksScope,
): Promise<number> {
  const rows = await simulator.stats();
  return rows
    .filter((row) => row.provider === provider && row.currency === currency)
    .filter(({ status }) => status === 'settled')
    .reduce((sum, { amount }) => sum + amount, 0);
}
