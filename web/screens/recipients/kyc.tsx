import {
  IconCircleCheck,
  IconCircleDashed,
  IconClock,
  IconHandStop,
  IconX,
  type Icon,
} from '@tabler/icons-react';
import type { Tone } from '../../lib/words.ts';
import { Badge } from '../../ui/state-badge.tsx';

export type KycState = 'NOT_STARTED' | 'PENDING' | 'APPROVED' | 'REJECTED';

interface KycWords {
  label: string;
  tone: Tone;
  icon: Icon;
}

export const KYC_WORDS: Readonly<Record<KycState, KycWords>> = {
  NOT_STARTED: { label: 'Not started', tone: 'off', icon: IconCircleDashed },
  PENDING: { label: 'KYC pending', tone: 'wait', icon: IconClock },
  APPROVED: { label: 'Verified', tone: 'good', icon: IconCircleCheck },
  REJECTED: { label: 'KYC rejected', tone: 'bad', icon: IconX },
};

/** Whether an account is verified; a blocked one says that instead, since nothing is sent to it. */
export function KycBadge({ state, blocked = false }: { state: KycState; blocked?: boolean }) {
  if (blocked) return <Badge label="Blocked" tone="bad" icon={IconHandStop} />;
  const { label, tone, icon } = KYC_WORDS[state];
  return <Badge label={label} tone={tone} icon={icon} />;
}
