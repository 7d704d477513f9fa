import type { Batch, Payment } from './queries.ts';

/** What a state means to somebody who looks after money. */
export type Tone = 'wait' | 'move' | 'good' | 'bad' | 'doubt' | 'off';

export interface StateWords {
  label: string;
  tone: Tone;
  /** Whose move it is, and what happens next. */
  next: string;
}

export const BATCH_WORDS: Readonly<Record<Batch['status'], StateWords>> = {
  PENDING: { label: 'Pending', tone: 'wait', next: 'Waits to be approved or executed.' },
  QUEUED: {
    label: 'Queued',
    tone: 'wait',
    next: 'Waits for its turn; one batch is sent at a time.',
  },
  PROCESSING: { label: 'Processing', tone: 'move', next: 'Its payments are being sent.' },
  SETTLING: { label: 'Settling', tone: 'move', next: 'All is sent; the provider confirms.' },
  COMPLETED: { label: 'Completed', tone: 'good', next: 'Nothing is left to do.' },
  FAILED: {
    label: 'Failed',
    tone: 'bad',
    next: 'Too many payments failed; look at why, then retry.',
  },
  CANCELLED: { label: 'Cancelled', tone: 'off', next: 'What was unsent is payable again.' },
};

export const PAYMENT_WORDS: Readonly<Record<Payment['status'], StateWords>> = {
  PENDING: { label: 'Pending', tone: 'wait', next: 'Waits to be sent.' },
  PROCESSING: { label: 'Processing', tone: 'move', next: 'Sent; the provider has to confirm it.' },
  UNKNOWN: {
    label: 'In doubt',
    tone: 'doubt',
    next: 'The answer was lost; the provider is being asked. Nothing is sent again until it is known.',
  },
  ON_HOLD: { label: 'On hold', tone: 'wait', next: 'Held until its reason is gone.' },
  FAILED: { label: 'Failed', tone: 'bad', next: 'Not paid; it can be retried.' },
  COMPLETED: { label: 'Paid', tone: 'good', next: 'Paid.' },
  CANCELLED: { label: 'Cancelled', tone: 'off', next: 'Not paid; what it paid is payable again.' },
  RETURNED: { label: 'Returned', tone: 'bad', next: 'The money came back; it can be paid again.' },
};

export const BATCH_STATES = Object.keys(BATCH_WORDS) as readonly Batch['status'][];
export const PAYMENT_STATES = Object.keys(PAYMENT_WORDS) as readonly Payment['status'][];

/** Providers, as people know them. */
export const PROVIDERS = {
  mock: 'Simulator (mock)',
  riseworks: 'Rise',
  stripe: 'Stripe',
  xendit: 'Xendit',
  generic: 'Your own (generic)',
} as const;
export type ProviderName = keyof typeof PROVIDERS;
export const PROVIDER_NAMES = Object.keys(PROVIDERS) as readonly ProviderName[];

export const providerLabel = (name: string): string =>
  Object.entries(PROVIDERS).find(([key]) => key === name)?.[1] ?? name;

/** Whoever did something: `user:…`, `key:…` or the system itself, short enough for a table. */
export function actorLabel(actor: string, ownActor: string): string {
  if (actor === ownActor) return 'You';
  if (actor === 'system') return 'Bursar';
  const [kind = '', id = ''] = actor.split(':');
  const short = id.length > 10 ? `…${id.slice(-6)}` : id;
  return kind === 'key' ? `Key ${short}` : kind === 'user' ? `Person ${short}` : actor;
}

/** A number of things, with its noun. */
export const count = (n: number, one: string, many = `${one}s`): string =>
  `${n.toLocaleString('en')} ${n === 1 ? one : many}`;

/** A sentence that goes on, or that another full stop follows. */
export const withoutStop = (sentence: string): string => sentence.replace(/\.$/, '');
