import { z } from 'zod';
import type { Db } from '../../db/client.ts';

/** How long a changed account waits from now on, for tests that change one and pay it at once. */
export const setCooldown = (db: Db, hours: number): Promise<unknown> =>
  db.run(
    z.unknown(),
    `update security_policy set account_cooldown_hours = $1,
       risk = risk || jsonb_build_object('changed_details', jsonb_build_object('withinHours', $1::int))`,
    [hours],
  );
