import { createHash } from 'node:crypto';
import { v7 } from 'uuid';
import { loadGroups, storeGroup, type StoredGroup } from '../db/queries/submission-groups.ts';
import { openOrNull } from '../db/vault.ts';
import { makeId } from '../domain/ids.ts';
import { SEND_WINDOW_MS, type SignedRequest } from '../providers/port.ts';
import { addTo, nothing, recordSent, type Handover, type HandoverDesk } from './handover.ts';
import type { Ready } from './prepare-payments.ts';
import { claim } from './send-singly.ts';

/**
 * Sends payments that one signed request executes together. Whatever has been signed before and may
 * still be executed is sent again as it is; a new signature is made only for payments that no live
 * one covers, and is stored before it is sent. So two signatures never live for one payment.
 */
export async function sendSigned(desk: HandoverDesk, ready: readonly Ready[]): Promise<Handover> {
  const ids = new Set(ready.flatMap(({ payment }) => payment.group_id ?? []));
  const groups = ids.size === 0 ? [] : await loadGroups(desk.db, [...ids]);
  const { quietTimeMs } = desk.provider.capabilities;
  const dead = new Set(
    groups.filter((group) => group.expired_ms > quietTimeMs).map(({ id }) => id),
  );
  const total = nothing();
  for (const group of groups.filter(({ id }) => !dead.has(id))) {
    const members = ready.filter(({ payment }) => payment.group_id === group.id);
    addTo(total, await sendAgain(desk, group, members));
  }
  if (total.halt) return total;
  const fresh = ready.filter(
    ({ payment }) => payment.group_id === null || dead.has(payment.group_id),
  );
  addTo(total, await sendNew(desk, fresh));
  return total;
}

/** The same signed bytes; only whole, and only while the provider still takes them. */
async function sendAgain(
  desk: HandoverDesk,
  group: StoredGroup,
  members: readonly Ready[],
): Promise<Handover> {
  if (group.expired_ms > -SEND_WINDOW_MS || members.length < group.members) return nothing();
  // Where its key is not here, another signature may take its place once it has expired.
  const body = openOrNull(desk.vault, group.id, group.request_sealed);
  if (body === null) return nothing();
  const startedMs = performance.now();
  const claimed = await claim(desk, members);
  if (claimed.length < members.length) return nothing();
  return execute(desk, claimed, { body, expiresAt: group.expires_at }, startedMs);
}

async function sendNew(desk: HandoverDesk, ready: readonly Ready[]): Promise<Handover> {
  if (ready.length === 0 || !desk.provider.stage) return nothing();
  const startedMs = performance.now();
  const claimed = await claim(desk, ready);
  if (claimed.length === 0) return nothing();
  const staged = await desk.provider.stage(claimed.map(({ request }) => request));
  if (staged.kind === 'refused') return recordSent(desk, claimed, staged.outcomes);
  const { request: signed } = staged;
  const id = makeId('group', v7());
  const stored = await storeGroup(desk.db, {
    id,
    provider: desk.provider.name,
    batchId: desk.batchId,
    requestSealed: desk.vault.seal(id, signed.body),
    requestHash: createHash('sha256').update(signed.body).digest('hex'),
    expiresAt: signed.expiresAt,
    paymentIds: claimed.map(({ payment }) => payment.id),
    fence: desk.fence,
  });
  return stored ? execute(desk, claimed, signed, startedMs) : nothing();
}

async function execute(
  desk: HandoverDesk,
  claimed: readonly Ready[],
  signed: SignedRequest,
  startedMs: number,
): Promise<Handover> {
  const outcomes = await desk.provider.submit(
    claimed.map(({ request }) => request),
    { sendBeforeMs: startedMs + SEND_WINDOW_MS, signed },
  );
  return recordSent(desk, claimed, outcomes);
}
