import { expect, test } from 'vitest';
import { noRow } from '../../db/rows.ts';
import { judgeAction } from '../../db/queries/risk-judge.ts';
import { batchFor } from './support/approvals.ts';
import { addPayable } from './support/data.ts';
import { useTestApi } from './support/test-api.ts';

const api = useTestApi();

test('a fresh role moves money on the first day of the first person, and is found after it', async () => {
  await batchFor(api, [await addPayable(api)]);
  await api.db.run(noRow, "update payments set created_at = created_at - interval '8 days'", []);
  const [first, fresh] = [await api.person('admin'), await api.person('manager')];
  const rules = async () => {
    const action = { kind: 'pay', actor: fresh.actor, ipAddress: null, userAgent: null } as const;
    return (await judgeAction(api.db, action)).map(({ rule }) => rule);
  };
  const madeAgo = (hours: number) =>
    api.db.run(
      noRow,
      "update users set created_at = now() - $2::int * interval '1 hour' where id = $1",
      [first.id, hours],
    );
  await madeAgo(23);
  expect(await rules()).toEqual([]);
  await madeAgo(25);
  expect(await rules()).toEqual(['fresh_role']);
});
