import { z } from 'zod';
import { DEFAULT_PROGRAMME_ID } from '../../../domain/rules/programme.ts';
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
  external_id: z.string(),
  payee_id: z.string(),
  payee_external_id: z.string(),
  full_name: z.string(),
  kind: z.string(),
  status: z.string(),
  currency: z.string(),
  amount_minor: z.bigint(),
  programme_id: text,
  conversion_id: text,
  payment_id: text,
  reverses: text,
  description: text,
  earned_at: instantText,
  available_at: instantText.nullable(),
  paid_at: instantText.nullable(),
});

/** A commission as the world sees it: PAID where its payable is paid. */
const STATUS = `case when b.paid_at is not null then 'PAID' else c.status end`;

/** Commissions, clawbacks and all else that was earned or taken back; by when they were earned. */
export const COMMISSIONS = exportSource({
  row,
  select: `c.id, c.external_id, c.payee_id, y.external_id as payee_external_id, y.full_name, c.kind, ${STATUS} as status,
    c.currency, c.amount_minor, c.programme_id, c.conversion_id, b.payment_id, c.reverses, c.description, c.earned_at,
    c.available_at, b.paid_at`,
  from: 'commissions c join payees y on y.id = c.payee_id left join payables b on b.id = c.payable_id',
  madeAt: 'c.created_at',
  key: [{ column: 'c.id', cast: 'text' }],
  place: ({ id }) => [id],
  conditions: {
    ...timeConditions('c.earned_at'),
    ...amountConditions('c.amount_minor'),
    currency: 'c.currency = ?',
    programmeId: `coalesce(c.programme_id, '${DEFAULT_PROGRAMME_ID}') = ?`,
    payeeIds: 'c.payee_id = any(?::text[])',
    statuses: `${STATUS} = any(?::text[])`,
    paymentId:
      'b.payment_id = ? and c.payee_id = (select p.payee_id from payments p where p.id = ?)',
  },
  columns: {
    id: ({ id }) => id,
    externalId: ({ external_id }) => external_id,
    affiliateId: ({ payee_id }) => payee_id,
    affiliateExternalId: ({ payee_external_id }) => payee_external_id,
    affiliateName: ({ full_name }) => full_name,
    kind: ({ kind }) => kind,
    status: ({ status }) => status,
    ...amountColumns,
    programmeId: ({ programme_id }) => programme_id,
    conversionId: ({ conversion_id }) => conversion_id,
    paymentId: ({ payment_id }) => payment_id,
    reverses: ({ reverses }) => reverses,
    description: ({ description }) => description,
    earnedAt: ({ earned_at }) => isoOf(earned_at),
    availableAt: ({ available_at }) => isoOrNull(available_at),
    paidAt: ({ paid_at }) => isoOrNull(paid_at),
  },
});
