import { writeAudit } from '../../db/queries/audit.ts';
import type { AllowListTarget } from '../../db/queries/allow-lists.ts';
import { DomainError } from '../../domain/errors.ts';
import { isInNetworks, readNetworks, type Networks } from '../../domain/network.ts';
import type { Permission } from '../../domain/permissions.ts';
import { targetKey } from './allow-list-ring.ts';
import type { Caller } from './caller.ts';
import { actorOf, clientAddress, type AppContext } from './context.ts';

/**
 * Refuses a caller whose address is not on the lists of their role, their key or the operation; each
 * list that there is must hold it. Without an address, any list refuses. Throws
 * `address_not_allowed`, with an audit row.
 */
export async function requireAllowedAddress(c: AppContext, permission: Permission): Promise<void> {
  const scope = await closedList(c, permission);
  if (scope) await deny(c, permission, scope);
}

/** Which list does not let the caller use a permission from where they call; null where each does. */
export async function closedList(
  c: AppContext,
  permission: Permission,
): Promise<AllowListTarget['scope'] | null> {
  const { caller, deps } = c.var;
  const found = deps.allowLists.get();
  const lists = found instanceof Promise ? await found : found;
  if (lists.size === 0 && caller.cidrs.length === 0) return null;
  const address = clientAddress(c);
  const lets = (networks: Networks | null) =>
    networks !== null && address !== null && isInNetworks(address, networks);
  const closed = targetsOf(caller, permission).find((target) => {
    const networks = lists.get(targetKey(target));
    return networks !== undefined && !lets(networks);
  });
  if (closed) return closed.scope;
  return caller.cidrs.length > 0 && !lets(networksOf(caller.cidrs)) ? 'key' : null;
}

/** The lists that a call of this caller has to pass. */
export function targetsOf(caller: Caller, permission: Permission): AllowListTarget[] {
  return [
    { scope: 'role', subject: caller.role },
    ...(caller.kind === 'key' ? [{ scope: 'key', subject: caller.id } as const] : []),
    { scope: 'operation', subject: permission },
  ];
}

/** A key's own networks are read once for each time that the key is looked up. */
const read = new WeakMap<readonly string[], Networks | null>();

function networksOf(cidrs: readonly string[]): Networks | null {
  const known = read.get(cidrs);
  if (known !== undefined) return known;
  const networks = readNetworks(cidrs);
  read.set(cidrs, networks);
  return networks;
}

const LIST_OF: Record<AllowListTarget['scope'], string> = {
  role: 'of your role',
  key: 'of this key',
  operation: 'of this operation',
};

async function deny(
  c: AppContext,
  permission: Permission,
  scope: AllowListTarget['scope'],
): Promise<never> {
  const { caller, deps } = c.var;
  await writeAudit(deps.db, {
    action: 'address.denied',
    status: 'WARNING',
    actor: actorOf(c),
    details: { scope, permission, role: caller.role, method: c.req.method, path: c.req.path },
  });
  throw new DomainError(
    'address_not_allowed',
    `The address you call from is not on the allow-list ${LIST_OF[scope]}.`,
  );
}
