import { z } from 'zod';
import type { Channel } from '../../providers/port.ts';
import type { Db } from '../client.ts';
import { noRow, onlyRow } from '../rows.ts';

/** Seconds since a provider's channels for a currency were stored; null where none are. */
export async function channelsAgeSeconds(
  db: Db,
  provider: string,
  currency: string,
): Promise<number | null> {
  const rows = await db.run(
    z.object({ age: z.number().nullable() }),
    `select extract(epoch from now() - min(synced_at))::float8 as age
     from provider_channels where provider = $1 and currency = $2`,
    [provider, currency],
  );
  return onlyRow(rows).age;
}

/** Stores a provider's channels for a currency as it lists them now; ones it lists no more go. */
export async function storeChannels(
  db: Db,
  provider: string,
  currency: string,
  channels: readonly Channel[],
): Promise<void> {
  await db.run(
    noRow,
    `with listed as (
       select distinct on (code) * from unnest($3::text[], $4::text[], $5::text[], $6::bigint[], $7::bigint[], $8::bigint[])
         as i (code, name, category, minimum, maximum, increment)
       order by code
     ),
     gone as (
       delete from provider_channels
       where provider = $1 and currency = $2 and channel_code <> all($3::text[])
     )
     insert into provider_channels (provider, currency, channel_code, name, category,
       minimum_minor, maximum_minor, increment_minor, synced_at)
     select $1, $2, code, name, category, minimum, maximum, increment, now() from listed
     on conflict (provider, channel_code, currency) do update set
       name = excluded.name, category = excluded.category, minimum_minor = excluded.minimum_minor,
       maximum_minor = excluded.maximum_minor, increment_minor = excluded.increment_minor,
       synced_at = excluded.synced_at`,
    [
      provider,
      currency,
      channels.map(({ code }) => code.toUpperCase()),
      channels.map(({ name }) => name),
      channels.map(({ category }) => category),
      channels.map(({ minimumMinor }) => minimumMinor),
      channels.map(({ maximumMinor }) => maximumMinor),
      channels.map(({ incrementMinor }) => incrementMinor),
    ],
  );
}
