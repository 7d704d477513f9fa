import {
  IconAlertTriangle,
  IconCircleCheck,
  IconHelpCircle,
  IconHourglass,
  IconMinus,
  IconX,
  type Icon,
} from '@tabler/icons-react';
import type { Tone } from '../../lib/words.ts';
import type { Delivery, StoredEvent } from './api.ts';

export type EventResult = StoredEvent['result'];
export type DeliveryState = Delivery['status'];

interface Words {
  label: string;
  tone: Tone;
  icon: Icon;
  /** What it means, and what happens next. */
  next: string;
}

export const EVENT_WORDS: Readonly<Record<EventResult, Words>> = {
  applied: {
    label: 'Applied',
    tone: 'good',
    icon: IconCircleCheck,
    next: 'It changed what it is about, once.',
  },
  waiting: {
    label: 'Waiting',
    tone: 'wait',
    icon: IconHourglass,
    next: 'Its payment is looked up first, or it came before its payment was ready; it is applied by itself.',
  },
  ignored: {
    label: 'Nothing new',
    tone: 'off',
    icon: IconMinus,
    next: 'It said what was known already, or nothing about a payment.',
  },
  contradiction: {
    label: 'Contradiction',
    tone: 'bad',
    icon: IconAlertTriangle,
    next: 'It says the opposite of the books. There is a case about it; ask the provider.',
  },
  unmatched: {
    label: 'Not ours',
    tone: 'doubt',
    icon: IconHelpCircle,
    next: 'No payment of ours has its reference.',
  },
};

export const DELIVERY_WORDS: Readonly<Record<DeliveryState, Words>> = {
  DELIVERED: {
    label: 'Delivered',
    tone: 'good',
    icon: IconCircleCheck,
    next: 'The endpoint has taken it.',
  },
  PENDING: {
    label: 'Waiting',
    tone: 'wait',
    icon: IconHourglass,
    next: 'It is tried again by itself.',
  },
  GIVEN_UP: {
    label: 'Given up',
    tone: 'bad',
    icon: IconX,
    next: 'All tries have failed; replay it once the endpoint works.',
  },
};

export const EVENT_RESULTS = Object.keys(EVENT_WORDS) as readonly EventResult[];
export const DELIVERY_STATES = Object.keys(DELIVERY_WORDS) as readonly DeliveryState[];

/** What endpoints can ask to hear of, in words. */
export const EVENT_TYPES = {
  'payout.batch.scheduled': 'a batch is to be executed',
  'payout.batch.approval_waiting': 'a batch waits long for an approval',
  'payout.batch.completed': 'a batch has ended',
  'payout.item.submitted': 'a payment was sent',
  'payout.item.paid': 'a payment has arrived',
  'payout.item.failed': 'a payment failed',
  'payout.item.held': 'a payment is held',
  'payout.item.returned': 'a payment came back',
  'payout.item.cancelled': 'a payment was cancelled',
  'risk.raised': 'a risk rule found something',
} as const;
export type EventTypeName = keyof typeof EVENT_TYPES;
export const EVENT_TYPE_NAMES = Object.keys(EVENT_TYPES) as readonly EventTypeName[];

/** A short span of time, like `850 ms` or `2.4 s`; what happened in one step with its cause has none. */
export const formatLag = (ms: number): string =>
  ms <= 0 ? 'none' : ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`;
