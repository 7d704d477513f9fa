/** What a seal of the audit log says: which rows it covers, and on which seal it hangs. */
export interface BlockContent {
  /** 1, 2, 3 … without a gap. */
  height: bigint;
  /** Covers the rows whose transaction is at least the one and below the other. */
  fromXact: bigint;
  toXact: bigint;
  rowCount: bigint;
  lastId: bigint;
  /** SHA-256 in hex over the ids and hashes of the rows, in the order of their ids. */
  rowsHash: string;
  /** The hash of the seal before it; `GENESIS` for the first. */
  previousHash: string;
  /** The key that signs it. */
  keyId: string;
  /** ISO 8601 in UTC with microseconds. */
  sealedAt: string;
}

/** A seal with its hash and the signature over that. */
export interface Block extends BlockContent {
  /** SHA-256 in hex over the canonical text. */
  hash: string;
  /** Ed25519 over the canonical text, in base64. */
  signature: string;
}

/** What the first seal hangs on. */
export const GENESIS = '0'.repeat(64);

/** The text of a seal that is hashed and signed. A change of its form needs a new first word. */
export const canonicalBlock = (block: BlockContent): string =>
  JSON.stringify([
    'bursar-audit-1',
    String(block.height),
    String(block.fromXact),
    String(block.toXact),
    String(block.rowCount),
    String(block.lastId),
    block.rowsHash,
    block.previousHash,
    block.keyId,
    block.sealedAt,
  ]);
