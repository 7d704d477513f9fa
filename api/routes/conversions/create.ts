import { z } from '@hono/zod-openapi';
import type { CheckedConversion, NewConversion } from '../../../db/queries/check-conversions.ts';
import { ingestConversions } from '../../../db/queries/ingest-conversions.ts';
import { DomainError, type ErrorDetail } from '../../../domain/errors.ts';
import { AMOUNT_MINOR_MAX, BULK_ITEMS_MAX } from '../../../domain/limits.ts';
import { CONVERSION_STATES } from '../../../domain/rules/conversion.ts';
import { IN_THE_FUTURE, isFuture } from '../../conversion-times.ts';
import { actorOf } from '../../http/context.ts';
import { endpoint, json, jsonBody, newApp } from '../../http/endpoint.ts';
import { currencyCode, idOf, instant, text } from '../../schemas/common.ts';

const whole = 'must be a whole number of minor units';

const conversion = z
  .strictObject({
    externalId: text(200),
    programmeId: idOf('programme').optional(),
    programmeExternalId: text(200).optional(),
    affiliateId: idOf('payee').optional(),
    affiliateExternalId: text(200).optional(),
    amount: z
      .number(whole)
      .int(whole)
      .min(0, 'must not be negative')
      .max(Number(AMOUNT_MINOR_MAX), 'is larger than an amount may be')
      .meta({ description: 'Minor units of what the customer pays, 0 for a lead.' }),
    currency: currencyCode,
    occurredAt: instant.meta({ type: 'string' }),
    clickedAt: instant.optional().meta({ type: 'string' }),
    status: z
      .enum([...CONVERSION_STATES, 'REFUNDED'])
      .default('APPROVED')
      .meta({ description: 'REFUNDED stands for APPROVED and a reversal of all of it.' }),
    reversedAt: instant
      .optional()
      .meta({ type: 'string', description: 'Of REFUNDED; occurredAt unless told.' }),
    test: z.boolean().optional(),
    customer: text(320).optional(),
    orderId: text(200).optional(),
    source: text(200).optional(),
    product: text(200).optional(),
  })
  .check((c) => {
    c.issues.push(...problemsOf(c.value).map((one) => ({ ...one, input: c.value })));
  });

type Given = z.infer<typeof conversion>;

const route = endpoint({
  method: 'post',
  path: '/api/disbursement/conversions',
  tags: ['Conversions'],
  summary: 'Add conversions, or move them to a later status',
  description:
    'Each once by its externalId. A conversion that stands with the same content is answered as it is; with a later status (PENDING, APPROVED, CANCELLED in this order) it moves on; with other content the whole call is refused. An affiliate that nobody has registered yet may be named by affiliateExternalId.',
  'x-permission': 'create',
  'x-idempotent': true,
  request: {
    body: jsonBody(
      z.union([
        conversion,
        z.strictObject({ items: z.array(conversion).min(1).max(BULK_ITEMS_MAX) }),
      ]),
    ),
  },
  responses: {
    200: json('None of them is new.', answer()),
    201: json('At least one is new.', answer()),
    409: json('One stands with other content; nothing was added.', z.unknown()),
  },
});

function answer() {
  return z.object({
    items: z.array(
      z.object({
        id: z.string(),
        externalId: z.string(),
        created: z.boolean(),
        changed: z.boolean().meta({ description: 'It moved to a later status.' }),
      }),
    ),
  });
}

/** Adds one conversion or up to 1,000, all or none, and has what they earn calculated. */
export const createConversions = newApp().openapi(route, async (c) => {
  const { db } = c.var.deps;
  const body = c.req.valid('json');
  const given = 'items' in body ? body.items : [body];
  const { stored, refused } = await ingestConversions(db, given.map(toNew), actorOf(c));
  if (!stored) throw refusalOf(refused, 'items' in body);
  c.var.deps.temporal.calculateSoon(c.var.log);
  const answers = given.map(({ externalId }, index) => {
    const one = stored[index];
    if (!one) throw new Error('a conversion was neither added nor found');
    return { externalId, ...one };
  });
  return c.json({ items: answers }, answers.some(({ created }) => created) ? 201 : 200);
});

function toNew({ amount, status, reversedAt, ...rest }: Given): NewConversion {
  const refunded = status === 'REFUNDED';
  return {
    ...rest,
    amountMinor: BigInt(amount),
    status: refunded ? 'APPROVED' : status,
    refundedAt: refunded ? (reversedAt ?? rest.occurredAt) : null,
  };
}

interface Problem {
  code: 'custom';
  message: string;
  path: string[];
}

/** What single fields cannot tell. */
function problemsOf(item: Given): Problem[] {
  const { affiliateId, affiliateExternalId, programmeId, programmeExternalId } = item;
  const { occurredAt, clickedAt, reversedAt, status, amount } = item;
  const found: [boolean, string, string][] = [
    [
      (affiliateId === undefined) === (affiliateExternalId === undefined),
      'affiliateId',
      'give either affiliateId or affiliateExternalId',
    ],
    [
      programmeId !== undefined && programmeExternalId !== undefined,
      'programmeId',
      'give either programmeId or programmeExternalId, or none',
    ],
    [isFuture(occurredAt), 'occurredAt', IN_THE_FUTURE],
    [clickedAt !== undefined && isFuture(clickedAt), 'clickedAt', IN_THE_FUTURE],
    [reversedAt !== undefined && isFuture(reversedAt), 'reversedAt', IN_THE_FUTURE],
    [reversedAt !== undefined && reversedAt < occurredAt, 'reversedAt', 'is before occurredAt'],
    [
      reversedAt !== undefined && status !== 'REFUNDED',
      'reversedAt',
      'goes with the status REFUNDED only',
    ],
    [
      status === 'REFUNDED' && amount === 0,
      'status',
      'an amount of 0 cannot be refunded; give CANCELLED',
    ],
  ];
  return found.flatMap(([wrong, field, message]) =>
    wrong ? [{ code: 'custom', message, path: [field] }] : [],
  );
}

/** All or nothing: one item that cannot be taken refuses the call. */
function refusalOf(checked: readonly CheckedConversion[], bulk: boolean): DomainError {
  const at = (index: number, field: string) => (bulk ? `items.${index}.${field}` : field);
  const unknown = checked.flatMap((one, index): ErrorDetail[] =>
    one.kind === 'unknown'
      ? [{ path: at(index, one.field), reason: 'there is no such thing' }]
      : [],
  );
  if (unknown.length > 0) {
    return new DomainError(
      'validation_error',
      'A conversion names a programme or an affiliate that is not there.',
      unknown,
    );
  }
  const conflicts = checked.flatMap((one, index): ErrorDetail[] =>
    one.kind === 'conflict'
      ? [
          {
            path: at(index, one.field),
            reason:
              one.field === 'status'
                ? 'a conversion only moves on from PENDING to APPROVED to CANCELLED'
                : 'differs from what stands',
          },
        ]
      : [],
  );
  return new DomainError(
    'external_id_conflict',
    'A conversion with this externalId stands already with other content; nothing was changed.',
    conflicts,
  );
}
