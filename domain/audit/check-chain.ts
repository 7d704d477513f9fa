import { canonicalBlock, GENESIS, type Block } from './block.ts';

/** The hashing and the signatures, which are done elsewhere. */
export interface ChainCrypto {
  /** SHA-256 in hex. */
  sha256(text: string): string;
  /** Null where the key is not known; otherwise whether the signature is the key's over the text. */
  verify(keyId: string, text: string, signature: string): boolean | null;
}

/** A seal with what stands in the log where its rows should be. */
export interface FoundBlock extends Block {
  found: { rowCount: bigint; lastId: bigint; rowsHash: string };
  /** Whether the list of its rows, by which a finding names them, is still the sealed one. */
  marksHold: boolean;
}

/** What a check of the chain has come upon. */
export interface ChainFinding {
  code:
    | 'block_missing'
    | 'block_changed'
    | 'chain_broken'
    | 'key_unknown'
    | 'signature_wrong'
    | 'rows_changed'
    | 'head_wrong'
    | 'head_missing'
    | 'head_differs';
  /** The seal that it is about. */
  height: bigint;
  what: string;
}

/** Where the next seal must begin: the end of the one before it. */
export type ChainEnd = Pick<Block, 'height' | 'hash' | 'toXact'>;

/** Where the first seal begins. */
export const CHAIN_START: ChainEnd = { height: 0n, hash: GENESIS, toXact: 0n };

/** What is wrong with a seal itself, apart from its rows and its place in the chain. */
export function checkBlock(block: Block, crypto: ChainCrypto): ChainFinding[] {
  const { height, keyId } = block;
  const text = canonicalBlock(block);
  if (crypto.sha256(text) !== block.hash) {
    return [{ code: 'block_changed', height, what: `seal ${height} is not as it was made` }];
  }
  const signed = crypto.verify(keyId, text, block.signature);
  if (signed === null) {
    const what = `seal ${height} is signed with key ${JSON.stringify(keyId)}, which is not among the keys given`;
    return [{ code: 'key_unknown', height, what }];
  }
  return signed
    ? []
    : [
        {
          code: 'signature_wrong',
          height,
          what: `the signature of seal ${height} is not its key's`,
        },
      ];
}

/** What is wrong with a seal after the one that ended at `previous`. Empty where all is well. */
export function checkLink(
  previous: ChainEnd,
  block: FoundBlock,
  crypto: ChainCrypto,
): ChainFinding[] {
  const { height, found } = block;
  const findings = checkBlock(block, crypto);
  if (height !== previous.height + 1n) {
    const what = `the seals from ${previous.height + 1n} to ${height - 1n} are missing`;
    findings.push({ code: 'block_missing', height: previous.height + 1n, what });
  } else if (block.previousHash !== previous.hash || block.fromXact !== previous.toXact) {
    const what = `seal ${height} does not continue seal ${previous.height}`;
    findings.push({ code: 'chain_broken', height, what });
  }
  if (!block.marksHold) {
    const what = `the list of rows kept with seal ${height} was changed`;
    findings.push({ code: 'block_changed', height, what });
  }
  if (
    found.rowsHash !== block.rowsHash ||
    found.rowCount !== block.rowCount ||
    found.lastId !== block.lastId
  ) {
    const counts =
      found.rowCount === block.rowCount ? '' : `: ${found.rowCount} rows, sealed ${block.rowCount}`;
    const what = `the rows of seal ${height} are not as they were sealed${counts}`;
    findings.push({ code: 'rows_changed', height, what });
  }
  return findings;
}

/** What is wrong with a seal that was written down outside, given the hash that stands at its height. */
export function checkHead(
  head: Block,
  standing: string | null,
  crypto: ChainCrypto,
): ChainFinding[] {
  const { height } = head;
  if (checkBlock(head, crypto).some(({ code }) => code !== 'key_unknown')) {
    const what = `the head at height ${height} was not written by a holder of the key`;
    return [{ code: 'head_wrong', height, what }];
  }
  if (standing === null) {
    const what = `seal ${height} was written down outside and is gone, with the rows it covers`;
    return [{ code: 'head_missing', height, what }];
  }
  return standing === head.hash
    ? []
    : [
        {
          code: 'head_differs',
          height,
          what: `seal ${height} is another one than was written down outside`,
        },
      ];
}
