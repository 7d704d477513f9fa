import type { Db } from '../../db/client.ts';
import { findSession, touchSession, type HeldSession } from '../../db/queries/user-sessions.ts';
import type { Role } from '../../domain/permissions.ts';

/** An ended session, a lost role and a frozen person work no longer than this. */
const CACHE_MS = 900;
const CACHED_SESSIONS_MAX = 1_000;
const TOUCH_EVERY_MS = 60_000;
/** Without a call for so long a session ends. */
export const IDLE_MS = 15 * 60_000;
/** However much it is used, a session ends after so long. */
export const ABSOLUTE_MS = 8 * 3_600_000;

/** A session that works, of somebody who may sign in. */
export interface WorkingSession extends HeldSession {
  user: HeldSession['user'] & { role: Role };
}

/** Finds whose session a token is. A look-up is shared and kept for less than a second. */
export interface SessionRing {
  /**
   * Null for a session that is unknown, ended or expired, or whose person is frozen or has no role.
   * It counts as a use of the session unless told.
   */
  holderOf(token: string, use?: boolean): Promise<WorkingSession | null>;
  /** Makes what was changed effective in this process at once. */
  forget(): void;
}

export function makeSessionRing(db: Db): SessionRing {
  const cache = new Map<string, { at: number; row: Promise<HeldSession | null> }>();
  const touched = new Map<string, number>();

  const touch = (id: string) => {
    if (Date.now() - (touched.get(id) ?? 0) < TOUCH_EVERY_MS) return;
    if (touched.size >= CACHED_SESSIONS_MAX) touched.clear();
    touched.set(id, Date.now());
    touchSession(db, id).catch(() => touched.delete(id));
  };
  const lookUp = (token: string) => {
    const known = cache.get(token);
    if (known && Date.now() - known.at < CACHE_MS) return known.row;
    if (cache.size >= CACHED_SESSIONS_MAX) cache.clear();
    const row = findSession(db, token);
    cache.set(token, { at: Date.now(), row });
    row.catch(() => cache.delete(token));
    return row;
  };
  return {
    async holderOf(token, use = true) {
      const held = await lookUp(token);
      if (!held || !works(held)) return null;
      if (use) touch(held.session.id);
      return held;
    },
    forget: () => cache.clear(),
  };
}

/** True for a session that has neither expired nor lost the person behind it. */
function works(held: HeldSession): held is WorkingSession {
  const { session, user } = held;
  const now = Date.now();
  return (
    user.role !== null &&
    user.frozenAt === null &&
    session.expiresAt.getTime() > now &&
    session.createdAt.getTime() + ABSOLUTE_MS > now &&
    session.updatedAt.getTime() + IDLE_MS > now
  );
}
