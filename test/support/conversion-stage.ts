import { z } from 'zod';
import type { Db } from '../../db/client.ts';
import { errorCode } from '../../db/errors.ts';
import { SYSTEM } from '../../db/queries/actor.ts';
import type { NewConversion } from '../../db/queries/check-conversions.ts';
import { insertAffiliates } from '../../db/queries/ingest-affiliates.ts';
import { ingestConversions } from '../../db/queries/ingest-conversions.ts';

let names = 0;
/** A name that no other of this process has. */
export const name = (prefix: string): string => `${prefix}-${(names += 1)}`;

/** A sale of 100.00 as callers add one. */
export const sale = (
  affiliateExternalId: string,
  given: Partial<NewConversion> = {},
): NewConversion => ({
  externalId: name('cnv'),
  affiliateExternalId,
  amountMinor: 10_000n,
  currency: 'USD',
  occurredAt: new Date('2026-03-10T12:00:00Z'),
  status: 'APPROVED',
  refundedAt: null,
  ...given,
});

const queueRow = z.object({ payee_id: z.string(), dirty_from: z.string() });

/** What tests of conversions do with one database. */
export const conversionStage = (db: () => Db) => ({
  register: async (externalId = name('aff')): Promise<{ id: string; externalId: string }> => {
    const payee = {
      externalId,
      fullName: 'A',
      email: 'a@b.example',
      country: 'DE',
      currency: 'USD',
    };
    const made = await insertAffiliates(db(), [payee], SYSTEM);
    return { id: made.get(externalId)?.id ?? '', externalId };
  },
  /** Stores them; answers their ids, none where they are refused. */
  store: async (...items: NewConversion[]): Promise<string[]> => {
    const { stored } = await ingestConversions(db(), items, SYSTEM);
    return (stored ?? []).map(({ id }) => id);
  },
  /** From which day on these payees are asked to be calculated; and then they are not. */
  takeQueue: async (...payeeIds: string[]): Promise<Record<string, string>> => {
    const rows = await db().run(
      queueRow,
      `delete from calculation_queue where payee_id = any($1::text[]) and due_at = '-infinity'
       returning payee_id, dirty_from`,
      [payeeIds],
    );
    return Object.fromEntries(
      rows.map((row) => [row.payee_id, new Date(row.dirty_from).toISOString().slice(0, 10)]),
    );
  },
  numberOf: async (text: string, values: unknown[] = []): Promise<number> => {
    const [row] = await db().run(z.object({ n: z.coerce.number() }), text, values);
    return row?.n ?? 0;
  },
  /** The code of the error that the database answers. */
  refusal: (text: string, values: unknown[] = []): Promise<string | null> =>
    db()
      .run(z.unknown(), text, values)
      .then(
        () => 'accepted',
        (error: unknown) => errorCode(error),
      ),
});
