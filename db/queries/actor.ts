/** Who does something and from where, as the audit log keeps it. */
export interface Actor {
  /** `key:<id>`, `user:<id>`, or `system`. */
  id: string;
  ipAddress: string | null;
  userAgent: string | null;
}

/** The product itself: workflows, sweeps, schedules. */
export const SYSTEM: Actor = { id: 'system', ipAddress: null, userAgent: null };
