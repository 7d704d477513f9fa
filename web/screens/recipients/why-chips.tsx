import { Tooltip } from '@mantine/core';
import { IconCircleCheck, IconMinus } from '@tabler/icons-react';
import { Badge, SmallBadge } from '../../ui/state-badge.tsx';
import { reasonLabel } from '../payables/reasons.ts';

interface Reason {
  code: string;
  sentence: string;
  remedy: string;
}

/** What only time changes; the rest somebody has to do something about. */
const PASSES: ReadonlySet<string> = new Set(['below_minimum', 'not_matured', 'in_flight']);

/** Why somebody is not paid, the first reason as a chip; all of them with what would help on pointing. */
export function WhyChips({
  reasons,
  nothing,
  small = false,
}: {
  reasons: readonly Reason[];
  /** Nothing is owed, so that there is nothing to ask why about. */
  nothing: boolean;
  /** Where there is no room for the words. */
  small?: boolean;
}) {
  const [first, ...more] = reasons;
  const Sign = small ? SmallBadge : Badge;
  if (!first) return <Sign label="Ready" tone="good" icon={IconCircleCheck} />;
  if (nothing && first.code === 'below_minimum') {
    return small ? (
      <SmallBadge label="Nothing owed" tone="off" icon={IconMinus} />
    ) : (
      <span className="soft">Nothing owed</span>
    );
  }
  const label = reasonLabel(first.code) + (more.length > 0 ? ` +${more.length}` : '');
  return (
    <Tooltip
      multiline
      maw={380}
      label={reasons.map(({ code, sentence, remedy }) => (
        <div key={code}>
          {sentence} {remedy}
        </div>
      ))}
    >
      <span>
        <Sign label={label} tone={PASSES.has(first.code) ? 'off' : 'wait'} />
      </span>
    </Tooltip>
  );
}
