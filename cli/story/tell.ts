import { setTimeout as sleep } from 'node:timers/promises';
import { approvalRuleList, oneApprovalRule, ratesAnswer } from '../answers/approvals.ts';
import {
  batchPage,
  createdBatch,
  executed,
  payablesPage,
  previewAnswer,
  type Batch,
  type BatchDetails,
} from '../answers.ts';
import { SESSION_COOKIE } from '../../api/auth/session-cookie.ts';
import { callAuth } from '../auth-call.ts';
import { makeClient, type ApiClient } from '../client.ts';
import { CliError } from '../errors.ts';
import { importCsv } from '../import-csv.ts';
import type { SimulatorClient } from '../simulator-client.ts';
import { batchPath, isOver, readBatch } from '../watch.ts';
import { CURRENCY, MAIL_HOST, PAYEES, RATE, storyCsv, type Fate } from './cast.ts';
import { addStoryFaults } from './faults.ts';
import type { Cast } from './people.ts';

/** What the story is told with. */
export interface Stage {
  /** Calls as the administrator. */
  readonly client: ApiClient;
  readonly simulator: SimulatorClient;
  readonly cast: Cast;
  readonly signal?: AbortSignal;
}

/** The batches of the story, found again by their notes. */
const NOTES = {
  failed: 'Story: one account is blocked',
  inDoubt: 'Story: one answer was lost',
  waiting: 'Story: waits for the approver',
} as const satisfies Partial<Record<Fate, string>>;
type Told = keyof typeof NOTES;

const BASE = '/api/disbursement';
const LOOK_AGAIN_MS = 150;
const WITHIN_MS = 30_000;

/**
 * Makes what a newcomer finds in the console: payees who can be paid and who cannot, a batch that is
 * done with a failure, one with a payment in doubt, and one that waits for an approval. All of it
 * through the API, and the faults by the simulator. Told again, it adds what is missing: true where
 * that was anything.
 */
export async function tellStory(stage: Stage): Promise<boolean> {
  const { client } = stage;
  const told = await toldNotes(client);
  const missing = (batch: Told) => !told.has(NOTES[batch]);
  if (!(['failed', 'inDoubt', 'waiting'] as const).some(missing)) return false;
  await setRate(client);
  await importPayees(client);
  if (missing('failed') || missing('inDoubt')) await addStoryFaults(stage.simulator);
  if (missing('failed')) await pay(stage, 'failed', isOver);
  if (missing('inDoubt')) await pay(stage, 'inDoubt', ({ counts }) => (counts['UNKNOWN'] ?? 0) > 0);
  if (missing('waiting')) await leaveWaiting(stage);
  return true;
}

async function toldNotes(client: ApiClient): Promise<Set<string>> {
  const { batches } = await client.get(batchPage, `${BASE}/batches`, {
    query: { q: 'Story:', limit: 100 },
  });
  return new Set(batches.map(({ note }) => note ?? ''));
}

/** Without a rate of its currency every batch would need an administrator. */
async function setRate(client: ApiClient): Promise<void> {
  const { rates } = await client.get(ratesAnswer, '/api/admin/currency-rates');
  if (rates.some(({ currency }) => currency === CURRENCY)) return;
  await client.put(ratesAnswer, '/api/admin/currency-rates', {
    body: { rates: [{ currency: CURRENCY, rate: RATE }] },
  });
}

async function importPayees(client: ApiClient): Promise<void> {
  const { affiliates, commissions } = storyCsv();
  const texts = [
    ['affiliates', affiliates],
    ['commissions', commissions],
  ] as const;
  for (const [kind, csv] of texts) {
    const idempotencyKey = `story-${kind}-${Date.now()}`;
    const { errors } = await importCsv(client, kind, csv, { idempotencyKey });
    const [first] = errors;
    if (first === undefined) continue;
    throw new CliError(`The importer refuses ${kind} of the story.`, {
      why: [`row ${first.row}: ${first.message}`],
      code: 'import_refused',
    });
  }
}

/** Makes a batch of those payees, executes it and waits until it stands as the story wants it. */
async function pay(
  { client, signal }: Stage,
  told: Told,
  stands: (batch: BatchDetails) => boolean,
): Promise<void> {
  const { id } = await makeBatch({ client, maker: client, told, autoExecute: false });
  await client.post(executed, batchPath(id, '/execute'), {
    idempotencyKey: `story-execute-${id}`,
    body: {},
  });
  const deadline = Date.now() + WITHIN_MS;
  while (!stands(await readBatch(client, id))) {
    signal?.throwIfAborted();
    if (Date.now() > deadline) {
      throw new CliError(`Batch ${id} of the story does not come to where it should.`, {
        next: [`bursar batch show ${id}`],
        code: 'story_stuck',
      });
    }
    await sleep(LOOK_AGAIN_MS);
  }
}

/** What the maker makes needs the approver, and runs by itself once they have approved it. */
async function leaveWaiting({ client, cast }: Stage): Promise<void> {
  const { maker } = cast.members;
  await needApproval(client, `user:${maker.id}`);
  const { refused, cookies } = await callAuth(client.url, 'sign-in', {
    body: { email: maker.email, password: cast.password },
  });
  if (refused) throw refused;
  const cookie = cookies.get(SESSION_COOKIE) ?? '';
  const asMaker = makeClient({ url: client.url, apiKey: '', cookie, source: 'the story' });
  await makeBatch({ client, maker: asMaker, told: 'waiting', autoExecute: true });
  await callAuth(client.url, 'sign-out', { cookie });
}

const RULE = 'What the maker makes';

async function needApproval(client: ApiClient, maker: string): Promise<void> {
  const path = `${BASE}/approval-rules`;
  const { approvalRules } = await client.get(approvalRuleList, path);
  if (approvalRules.some(({ name }) => name === RULE)) return;
  await client.post(oneApprovalRule, path, {
    idempotencyKey: `story-rule-${maker}`,
    body: {
      name: RULE,
      conditions: { creators: [maker] },
      steps: [{ role: 'manager', count: 1 }],
    },
  });
}

interface Wanted {
  /** Finds the payees. */
  readonly client: ApiClient;
  /** Makes the batch. */
  readonly maker: ApiClient;
  readonly told: Told;
  readonly autoExecute: boolean;
}

/** Previews and makes a batch of those payees. */
async function makeBatch({ client, maker, told, autoExecute }: Wanted): Promise<Batch> {
  const wanted = new Set<string>(PAYEES[told].map(({ name }) => name));
  const { affiliates } = await client.get(payablesPage, `${BASE}/affiliates/payable`, {
    query: { currency: CURRENCY, q: MAIL_HOST, limit: 100 },
  });
  const affiliateIds = affiliates
    .filter(({ fullName }) => wanted.has(fullName))
    .map(({ id }) => id);
  const request = { currency: CURRENCY, affiliateIds };
  const { previewHash } = await maker.post(previewAnswer, `${BASE}/batches/preview`, {
    body: request,
  });
  const { batch } = await maker.post(createdBatch, `${BASE}/batches`, {
    idempotencyKey: `story-${told}-${previewHash}`,
    body: { ...request, previewHash, note: NOTES[told], autoExecute },
  });
  return batch;
}
