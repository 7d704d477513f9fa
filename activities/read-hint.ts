import { VaultError, type Vault } from '../db/vault.ts';
import { readKeptEvent } from '../db/webhook-body.ts';
import type { WaitingHint } from '../db/queries/waiting-events.ts';
import { readEvent } from '../db/queries/webhooks.ts';
import type { HintWord } from '../domain/hint.ts';
import { WebhookRejected, type Provider } from '../providers/port.ts';

/** What a stored event says; `unreadable` where this version of the adapter does not read it. */
export interface HintText {
  tells: HintWord | null;
  amountMinor: bigint | null;
  currency: string | null;
  unreadable: boolean;
  /** Its payment and attempt; null where they are not known here. */
  about: AboutPayment | null;
}

const WORDS: readonly HintWord[] = ['ACCEPTED', 'SETTLED', 'FAILED', 'RETURNED'];
const NOTHING = { tells: null, amountMinor: null, currency: null };

/** Reads a waiting event again from its kept body. One whose key is missing here says nothing for now. */
export function readHint(vault: Vault, provider: Provider, row: WaitingHint): HintText {
  const about = aboutPayment(row);
  try {
    const event = readKeptEvent(vault, provider, row.event_id, row.payload);
    const { amountMinor, currency } = event;
    const said = readEvent(event).verdict?.verdict;
    const tells = WORDS.find((word) => word === said) ?? null;
    return { tells, amountMinor, currency, unreadable: false, about };
  } catch (error) {
    if (error instanceof WebhookRejected) return { ...NOTHING, unreadable: true, about };
    if (error instanceof VaultError) return { ...NOTHING, unreadable: false, about };
    throw error;
  }
}

export type AboutPayment = NonNullable<ReturnType<typeof aboutPayment>>;

function aboutPayment({ id, batch_id, chunk, status, current, generation, ...row }: WaitingHint) {
  const { failures, amount_minor, currency, account_ref } = row;
  if (id === null || batch_id === null || chunk === null || status === null) return null;
  if (current === null || generation === null || failures === null) return null;
  if (amount_minor === null || currency === null || account_ref === null) return null;
  const { provider_payment_id, attempt_created_at } = row;
  const place = { id, batch_id, chunk, status, current, generation, failures };
  return { ...place, amount_minor, currency, account_ref, provider_payment_id, attempt_created_at };
}
