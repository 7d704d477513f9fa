import { createHash } from 'node:crypto';
import { claimAttempts } from '../db/queries/claim-attempts.ts';
import { SEND_WINDOW_MS } from '../providers/port.ts';
import { nothing, recordSent, type Handover, type HandoverDesk } from './handover.ts';
import type { Ready } from './prepare-payments.ts';

/** Writes the intent, sends what may be sent under it, and records the answers. */
export async function sendSingly(desk: HandoverDesk, ready: readonly Ready[]): Promise<Handover> {
  const startedMs = performance.now();
  const sending = await claim(desk, ready);
  if (sending.length === 0) return nothing();
  const outcomes = await desk.provider.submit(
    sending.map(({ request }) => request),
    { sendBeforeMs: startedMs + SEND_WINDOW_MS },
  );
  return recordSent(desk, sending, outcomes);
}

/** Writes the intent; answers those that this execution may send now. */
export async function claim(desk: HandoverDesk, ready: readonly Ready[]): Promise<Ready[]> {
  const { keepsRequest } = desk.provider.capabilities;
  const claimed = await claimAttempts(
    desk.db,
    desk.batchId,
    ready.map(({ payment, generation, request }) => {
      const isNew = payment.status === 'PENDING';
      const sealed =
        keepsRequest && isNew ? desk.vault.seal(request.reference, request.body) : null;
      // An account number could be guessed from a hash of its request, not from one of the cipher.
      const hashed = sealed ?? (isNew ? null : payment.request_sealed) ?? request.body;
      const requestHash = createHash('sha256').update(hashed).digest('hex');
      return {
        paymentId: payment.id,
        generation,
        requestHash,
        requestSealed: sealed,
        seenAt: payment.updated_at,
      };
    }),
    desk.fence,
  );
  return ready.filter(({ payment }) => claimed.has(payment.id));
}
