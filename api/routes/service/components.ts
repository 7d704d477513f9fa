import { z } from 'zod';
import type { AppContext } from '../../http/context.ts';

const LOOK_MS = 2_000;

/** Which parts answer. Never throws. */
export async function readComponents(c: AppContext) {
  const { db, temporal } = c.var.deps;
  const [postgres, { server, worker }] = await Promise.all([
    db.run(z.unknown(), 'select 1', [], { deadlineMs: LOOK_MS, repeatable: false }).then(
      () => true,
      () => false,
    ),
    temporal.health(),
  ]);
  return { postgres, temporal: server, worker };
}
