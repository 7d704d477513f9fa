import { z } from '@hono/zod-openapi';
import { setAllowList, type AllowListTarget } from '../../../db/queries/allow-lists.ts';
import { DomainError } from '../../../domain/errors.ts';
import { isInNetworks, readNetworks } from '../../../domain/network.ts';
import { targetKey } from '../../http/allow-list-ring.ts';
import { targetsOf } from '../../http/allowed-address.ts';
import { actorOf, clientAddress, type AppContext } from '../../http/context.ts';
import { endpoint, json, jsonBody, newApp } from '../../http/endpoint.ts';
import { allowListIn, allowListOut, targetParams, toAllowList } from '../../schemas/allow-list.ts';

const route = endpoint({
  method: 'put',
  path: '/api/admin/allow-lists/{scope}/{subject}',
  tags: ['Allow-lists'],
  summary: 'Say from which networks alone a role, a key or an operation may be used',
  'x-permission': 'settings',
  'x-step-up': true,
  request: { params: targetParams, body: jsonBody(allowListIn) },
  responses: {
    200: json('The list.', z.object({ allowList: allowListOut })),
    404: json('No such key.', z.unknown()),
  },
});

/** Sets a list. It is in force everywhere within a second. */
export const putAllowList = newApp().openapi(route, async (c) => {
  const target = c.req.valid('param');
  const { cidrs, note = null, force } = c.req.valid('json');
  if (!force) refuseOwnLockOut(c, target, cidrs);
  const { db, allowLists } = c.var.deps;
  const content = { id: c.var.newId('allowList'), cidrs, note };
  const row = await setAllowList(db, target, content, actorOf(c));
  allowLists.forget();
  return c.json({ allowList: toAllowList(row) }, 200);
});

/** A list that holds for changing lists must hold the address of whoever sets it. */
function refuseOwnLockOut(c: AppContext, target: AllowListTarget, cidrs: readonly string[]): void {
  const own = targetsOf(c.var.caller, 'settings').map(targetKey);
  if (!own.includes(targetKey(target))) return;
  const address = clientAddress(c);
  if (address !== null && isInNetworks(address, readNetworks(cidrs) ?? [])) return;
  throw new DomainError(
    'validation_error',
    'This list would shut you out: the address you call from is not on it. Add it, or send "force": true.',
    [{ path: 'cidrs', reason: 'does not hold the address that you call from' }],
  );
}
