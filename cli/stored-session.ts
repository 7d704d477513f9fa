import { rmSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { readJson, writeJson } from '../stack/json-file.ts';

const stored = z.object({ url: z.string(), cookie: z.string(), email: z.string() });

/** A session of a person, as `bursar sign-in` left it: at which API, and its cookie. */
export type StoredSession = z.infer<typeof stored>;

const fileOf = (dataDir: string): string => path.join(dataDir, 'session.json');

/** The session that is kept for this API; undefined where there is none. */
export function readSession(dataDir: string, url: string): StoredSession | undefined {
  const parsed = stored.safeParse(readJson(fileOf(dataDir)));
  return parsed.success && parsed.data.url === url ? parsed.data : undefined;
}

/** Keeps a session for later commands, in a file that only its owner may read. */
export const keepSession = (dataDir: string, session: StoredSession): void =>
  writeJson(fileOf(dataDir), session);

/** Forgets the session that is kept; nothing happens where there is none. */
export const dropSession = (dataDir: string): void => rmSync(fileOf(dataDir), { force: true });
