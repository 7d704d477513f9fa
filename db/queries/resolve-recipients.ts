import { z } from 'zod';
import type { Db } from '../client.ts';
import { newId } from '../new-id.ts';

/** A recipient of a split model as our books know it, and where it has accounts. */
export interface Recipient {
  recipientId: string;
  payeeId: string;
  /** Providers where it has an account, verified or not. */
  accountsAt: string[];
  /** Of these, where it can be paid. */
  verifiedAt: string[];
}

const recipientRow = z.object({
  recipient_id: z.string(),
  payee_id: z.string().nullable(),
  accounts_at: z.array(z.string()),
  verified_at: z.array(z.string()),
});

/**
 * The payees whom recipients stand for, in order: by our id, else by the caller's own. Somebody
 * nobody has told us about becomes a payee without a name, so that the money waits for the one who
 * registers under that external id. Safe to repeat.
 */
export async function resolveRecipients(
  db: Db,
  recipientIds: readonly string[],
  currency: string,
): Promise<Recipient[]> {
  const rows = await read(db, recipientIds);
  const strangers = rows.filter(({ payee_id }) => payee_id === null);
  if (strangers.length === 0) return rows.map(toRecipient);
  await addStrangers(
    db,
    strangers.map(({ recipient_id }) => recipient_id),
    currency,
  );
  return (await read(db, recipientIds)).map(toRecipient);
}

const read = (db: Db, recipientIds: readonly string[]) =>
  db.run(
    recipientRow,
    `select i.recipient_id, y.id as payee_id,
       coalesce(json_agg(a.provider) filter (where a.id is not null), '[]') as accounts_at,
       coalesce(json_agg(a.provider) filter (where a.kyc_status = 'APPROVED' and a.blocked_code is null), '[]') as verified_at
     from unnest($1::text[]) with ordinality as i (recipient_id, place)
     left join lateral (
       select id from payees where id = i.recipient_id
       union all
       select id from payees where external_id = i.recipient_id
       limit 1) y on true
     left join accounts a on a.payee_id = y.id
     group by i.place, i.recipient_id, y.id order by i.place`,
    [[...recipientIds]],
  );

function toRecipient(row: z.infer<typeof recipientRow>): Recipient {
  if (row.payee_id === null) throw new Error('a recipient was left without a payee');
  const { recipient_id: recipientId, accounts_at: accountsAt, verified_at: verifiedAt } = row;
  return { recipientId, payeeId: row.payee_id, accountsAt, verifiedAt };
}

/** `ZZ` is the code of ISO 3166 for a country that nobody knows. */
const addStrangers = (db: Db, externalIds: readonly string[], currency: string): Promise<unknown> =>
  db.run(
    z.unknown(),
    `insert into payees (id, external_id, full_name, email, country, currency, registered)
     select id, external_id, external_id, '', 'ZZ', $3, false
     from unnest($1::text[], $2::text[]) as i (id, external_id)
     on conflict (external_id) do nothing`,
    [externalIds.map(() => newId('payee')), [...externalIds], currency],
  );
