import { z } from 'zod';
import type { Db } from '../../db/client.ts';
import { newId } from '../../db/new-id.ts';
import { SYSTEM } from '../../db/queries/actor.ts';
import { scheduleRelease, type NewRelease } from '../../db/queries/schedule-release.ts';

/** A project with one split model, whatever it says: releases name it and its version. */
export async function insertProject(db: Db): Promise<string> {
  const projectId = `project-${newId('batch')}`;
  await db.run(
    z.unknown(),
    "insert into split_models (project_id, version, model, created_by) values ($1, 1, '{}', 'test')",
    [projectId],
  );
  return projectId;
}

/** A payee who has earned nothing, with an account at `mock` unless none is wanted; its id. */
export async function insertPayee(db: Db, kycStatus: string | null = 'APPROVED'): Promise<string> {
  const payeeId = newId('payee');
  await db.run(
    z.unknown(),
    `with payee as (
       insert into payees (id, external_id, full_name, email, country, currency)
       values ($1, $1, 'A Payee', 'payee@example.test', 'US', 'USD') returning id
     )
     insert into accounts (id, payee_id, provider, account_ref, kyc_status)
     select $2, id, 'mock', 'ref-' || id, $3 from payee where $3::text is not null`,
    [payeeId, newId('account'), kycStatus],
  );
  return payeeId;
}

/** A release of a whole escrow to these payees, with their nets; a tenth of it on top is the fee, a unit tax each. */
export function releaseTo(
  projectId: string,
  payees: readonly { payeeId: string; netMinor: bigint }[],
  given: Partial<NewRelease> = {},
): NewRelease {
  const shares = payees.map(({ payeeId, netMinor }) => ({
    recipientId: payeeId,
    payeeId,
    grossMinor: netMinor + netMinor / 10n + 1n,
    platformFeeMinor: netMinor / 10n,
    taxMinor: 1n,
    netMinor,
  }));
  const sum = (pick: (share: (typeof shares)[number]) => bigint) =>
    shares.reduce((total, share) => total + pick(share), 0n);
  return {
    batchId: newId('batch'),
    escrowId: `escrow-${newId('batch')}`,
    projectId,
    milestoneId: null,
    modelVersion: 1,
    currency: 'USD',
    amountMinor: sum(({ grossMinor }) => grossMinor),
    distributedMinor: sum(({ netMinor }) => netMinor),
    platformFeeMinor: sum(({ platformFeeMinor }) => platformFeeMinor),
    taxMinor: sum(({ taxMinor }) => taxMinor),
    shares,
    provider: 'mock',
    scheduledFor: null,
    requiredApprovals: 0,
    note: null,
    actor: SYSTEM,
    ...given,
  };
}

/** Schedules it and answers it. */
export async function schedule(db: Db, release: NewRelease): Promise<NewRelease> {
  await scheduleRelease(db, release);
  return release;
}
