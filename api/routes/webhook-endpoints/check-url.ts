import { DomainError } from '../../../domain/errors.ts';
import type { AppContext } from '../../http/context.ts';

/** Refuses a URL that no event may be sent to, with `endpoint_not_allowed`. */
export async function assertTarget(c: AppContext, url: string): Promise<void> {
  const reason = await c.var.deps.checkTarget(url);
  if (reason === null) return;
  throw new DomainError('endpoint_not_allowed', `Events cannot be sent there: url ${reason}.`, [
    { path: 'url', reason },
  ]);
}
