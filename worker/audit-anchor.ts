import { open } from 'node:fs/promises';
import type { Block } from '../domain/audit/block.ts';
import type { Outgoing } from '../providers/outgoing.ts';

/** A place outside the database where the newest seals are written down. */
export interface Anchor {
  /** Writes a seal down durably; `renewal` where it was written down before. Throws where it cannot. */
  write(head: Block, renewal: boolean): Promise<void>;
}

/** A seal as it is written down: it can be checked by itself, and amounts of 64 bits stay exact. */
const headText = (head: Block, anchoredAt: Date): string =>
  JSON.stringify({ ...head, anchoredAt }, (_name, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  );

/** The anchor at an absolute path or a URL; null where none is configured. */
export const makeAnchor = (
  place: string | undefined,
  token: string | undefined,
  outgoing: Outgoing,
): Anchor | null => {
  if (place === undefined) return null;
  return place.startsWith('/') ? fileAnchor(place) : httpsAnchor(place, token, outgoing);
};

/** A file that grows by a line of JSON for each head, which is on the disk when the call returns. */
const fileAnchor = (path: string): Anchor => ({
  async write(head) {
    const file = await open(path, 'a', 0o640);
    try {
      await file.appendFile(`${headText(head, new Date())}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
  },
});

/** An object of that name is there already: another worker has written this head. */
const THERE_ALREADY = new Set([409, 412]);

/**
 * `PUT <url>/<height>.json`, and once more under another name when renewed. Asks that nothing be
 * overwritten, follows no redirect, and calls only targets that may be called.
 */
const httpsAnchor = (url: string, token: string | undefined, outgoing: Outgoing): Anchor => ({
  async write(head, renewal) {
    const now = new Date();
    const name = renewal ? `${head.height}-${Math.floor(now.getTime() / 1_000)}` : head.height;
    const result = await outgoing.put({
      url: `${url.replace(/\/$/, '')}/${name}.json`,
      headers: {
        'content-type': 'application/json',
        'if-none-match': '*',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      body: headText(head, now),
    });
    if (result.kind === 'no_answer') throw new Error(`the anchor was not reached: ${result.code}`);
    if (result.status >= 300 && !THERE_ALREADY.has(result.status)) {
      throw new Error(`the anchor answered ${result.status}`);
    }
  },
});
