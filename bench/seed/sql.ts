import type { IdKind } from '../../domain/ids.ts';
import { ID_PREFIXES } from '../../domain/ids.ts';

/** SQL for the id of the row number `expression`: as long as a real one, and in order like one. */
export const idSql = (kind: IdKind, expression: string): string =>
  `'${ID_PREFIXES[kind]}_01900000000070008000' || lpad(to_hex(${expression}), 12, '0')`;

/** SQL for the amount of each commission of payee `i`, in minor units: different ones, above the least payout. */
export const AMOUNT = '(1000 + i % 997)';
