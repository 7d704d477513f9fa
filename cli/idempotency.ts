import { randomUUID } from 'node:crypto';
import type { Output } from './output/output.ts';

/**
 * The key of a call that creates or moves money: the given one, or a new one. It is shown, because
 * the same command with the same key never does its work twice.
 */
export function idempotencyKey(out: Output, given: string | undefined): string {
  const key = given ?? randomUUID();
  out.note(`idempotency key: ${key}`);
  return key;
}
