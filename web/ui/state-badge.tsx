import {
  IconAlertTriangle,
  IconArrowBackUp,
  IconBan,
  IconCircleCheck,
  IconClock,
  IconHandStop,
  IconHelpCircle,
  IconHourglass,
  IconListNumbers,
  IconPlayerPause,
  IconSend,
  IconX,
  type Icon,
} from '@tabler/icons-react';
import type { Batch, Payment } from '../lib/queries.ts';
import { BATCH_WORDS, PAYMENT_WORDS, type Tone } from '../lib/words.ts';
import classes from './state-badge.module.css';

const BATCH_ICONS: Readonly<Record<Batch['status'], Icon>> = {
  PENDING: IconClock,
  QUEUED: IconListNumbers,
  PROCESSING: IconSend,
  SETTLING: IconHourglass,
  COMPLETED: IconCircleCheck,
  FAILED: IconX,
  CANCELLED: IconBan,
};

const PAYMENT_ICONS: Readonly<Record<Payment['status'], Icon>> = {
  PENDING: IconClock,
  PROCESSING: IconSend,
  UNKNOWN: IconHelpCircle,
  ON_HOLD: IconHandStop,
  FAILED: IconX,
  COMPLETED: IconCircleCheck,
  CANCELLED: IconBan,
  RETURNED: IconArrowBackUp,
};

/** A state as icon, word and colour: any two of them are enough to read it. */
export function Badge({ label, tone, icon: Sign }: { label: string; tone: Tone; icon?: Icon }) {
  return (
    <span className={classes['badge']} data-tone={tone}>
      {Sign && <Sign size={14} stroke={2} aria-hidden />}
      {label}
    </span>
  );
}

/** The same where there is no room for the word: it is said on pointing at it, and to those who hear it. */
export function SmallBadge({ label, tone, icon: Sign = IconClock }: Parameters<typeof Badge>[0]) {
  return (
    <span className={classes['small']} data-tone={tone} role="img" aria-label={label} title={label}>
      <Sign size={18} stroke={2} aria-hidden />
    </span>
  );
}

/** The state of a batch; one that is paused or stalled says that instead of where it stopped. */
export function BatchBadge({
  status,
  paused = false,
  stalled = false,
}: {
  status: Batch['status'];
  paused?: boolean;
  stalled?: boolean;
}) {
  if (paused) return <Badge label="Paused" tone="doubt" icon={IconPlayerPause} />;
  if (stalled) return <Badge label="Stalled" tone="doubt" icon={IconAlertTriangle} />;
  const { label, tone } = BATCH_WORDS[status];
  return <Badge label={label} tone={tone} icon={BATCH_ICONS[status]} />;
}

export function PaymentBadge({ status }: { status: Payment['status'] }) {
  const { label, tone } = PAYMENT_WORDS[status];
  return <Badge label={label} tone={tone} icon={PAYMENT_ICONS[status]} />;
}
