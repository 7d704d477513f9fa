import { Tooltip } from '@mantine/core';
import { IconPlugConnectedX, IconPointFilled } from '@tabler/icons-react';
import { useLiveState } from '../lib/live.ts';
import { formatTime, useTimeZone } from '../lib/time.ts';
import classes from './header-tools.module.css';

/** Whether what is on the screen follows what happens, and since when it does not. */
export function LiveSign() {
  const state = useLiveState();
  const zone = useTimeZone();
  const [word, hint] =
    state.kind === 'live'
      ? ['Live', 'Changes appear by themselves.']
      : state.kind === 'connecting'
        ? ['Connecting', 'The stream of changes is being opened.']
        : [
            `Stale since ${formatTime(new Date(state.sinceMs).toISOString(), zone).slice(-5)}`,
            'Reconnecting. What is shown may be older than what is true; an action is still checked.',
          ];
  const Sign = state.kind === 'reconnecting' ? IconPlugConnectedX : IconPointFilled;
  return (
    <Tooltip label={hint} maw={300}>
      <span className={classes['live']} data-kind={state.kind} role="status">
        <Sign size={14} aria-hidden style={{ opacity: state.kind === 'connecting' ? 0.4 : 1 }} />
        <span>{word}</span>
      </span>
    </Tooltip>
  );
}
