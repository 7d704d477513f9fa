import { z } from 'zod';
import { paymentReference } from '../../../domain/ids.ts';
import {
  amountColumns,
  amountConditions,
  instantText,
  isoOf,
  isoOrNull,
  timeConditions,
} from './columns.ts';
import { exportSource } from './source.ts';

const text = z.string().nullable();

const row = z.object({
  id: z.string(),
  batch_id: z.string(),
  batch_number: z.bigint(),
  programme_id: text,
  payee_id: z.string(),
  external_id: text,
  full_name: text,
  status: z.string(),
  currency: z.string(),
  amount_minor: z.bigint(),
  provider: z.string(),
  account_ref: text,
  generation: z.number(),
  provider_payment_id: text,
  commission_count: z.number(),
  failure_code: text,
  failure_reason: text,
  hold_reason: text,
  reissue_of: text,
  created_at: instantText,
  submitted_at: instantText.nullable(),
  completed_at: instantText.nullable(),
});

/** Payments of batches that were not deleted, in their present state. */
export const PAYMENTS = exportSource({
  row,
  select: `p.id, p.batch_id, b.batch_number, b.programme_id, p.payee_id, y.external_id, y.full_name, p.status, p.currency,
    p.amount_minor, p.provider, p.account_ref, p.generation, p.provider_payment_id, p.commission_count, p.failure_code,
    p.failure_reason, p.hold_reason, p.reissue_of, p.created_at, p.submitted_at, p.completed_at`,
  from: 'payments p join batches b on b.id = p.batch_id left join payees y on y.id = p.payee_id',
  base: 'b.deleted_at is null',
  madeAt: 'p.created_at',
  key: [{ column: 'p.id', cast: 'text' }],
  place: ({ id }) => [id],
  conditions: {
    ...timeConditions('p.created_at'),
    ...amountConditions('p.amount_minor'),
    currency: 'p.currency = ?',
    provider: 'p.provider = ?',
    programmeId: 'b.programme_id = ?',
    payeeIds: 'p.payee_id = any(?::text[])',
    statuses: 'p.status = any(?::text[])',
    batchId: 'p.batch_id = ?',
    paymentId: 'p.id = ?',
    q: `(p.id = split_part(?::text, ':', 1) or p.provider_payment_id = ?::text or p.account_ref = ?::text
      or p.payee_id in (select s.id from payees s where ?::text in (s.email, s.external_id, s.id)))`,
  },
  columns: {
    id: ({ id }) => id,
    batchId: ({ batch_id }) => batch_id,
    batchNumber: ({ batch_number }) => batch_number,
    programmeId: ({ programme_id }) => programme_id,
    affiliateId: ({ payee_id }) => payee_id,
    affiliateExternalId: ({ external_id }) => external_id,
    affiliateName: ({ full_name }) => full_name,
    status: ({ status }) => status,
    ...amountColumns,
    provider: ({ provider }) => provider,
    accountRef: ({ account_ref }) => account_ref,
    reference: ({ id, generation }) => paymentReference(id, Math.max(1, generation)),
    providerPaymentId: ({ provider_payment_id }) => provider_payment_id,
    commissionCount: ({ commission_count }) => commission_count,
    attempts: ({ generation }) => generation,
    failureCode: ({ failure_code }) => failure_code,
    failureReason: ({ failure_reason }) => failure_reason,
    holdReason: ({ hold_reason }) => hold_reason,
    reissueOf: ({ reissue_of }) => reissue_of,
    createdAt: ({ created_at }) => isoOf(created_at),
    submittedAt: ({ submitted_at }) => isoOrNull(submitted_at),
    completedAt: ({ completed_at }) => isoOrNull(completed_at),
  },
});
