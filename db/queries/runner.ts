import type { Tx } from '../transaction.ts';

/** What runs single statements: the database itself, or a transaction over it. */
export type Runner = Pick<Tx, 'run'>;
