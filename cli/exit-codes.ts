/** What the exit code of every command says; scripts rely on it. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  needsApproval: 3,
  /** The batch is COMPLETED, and some of its payments failed. */
  partial: 4,
  /** Ctrl-C. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
