/** Whether something may be done; why not, in words for a person, where it may not. */
export type Verdict = { allowed: true } | { allowed: false; reason: string };

export const YES: Verdict = { allowed: true };
export const no = (reason: string): Verdict => ({ allowed: false, reason });

/** The first reason against it, of several. */
export const allOf = (...verdicts: readonly Verdict[]): Verdict =>
  verdicts.find(({ allowed }) => !allowed) ?? YES;
