import { VERSION } from './version.ts';

/** A process of the product: where it runs, and of which version it is. */
export interface ProcessName {
  /** Host and process id, like `pay-1:4711`. */
  name: string;
  version: string | null;
}

/** What a process goes by in the database, like `pay-1:4711@0.1.0`. */
export const writeProcessName = (host: string, pid: number): string => `${host}:${pid}@${VERSION}`;

/** Reads it; a process of before versions were told has none. */
export function readProcessName(text: string): ProcessName {
  const at = text.lastIndexOf('@');
  return at === -1
    ? { name: text, version: null }
    : { name: text.slice(0, at), version: text.slice(at + 1) };
}
