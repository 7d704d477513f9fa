import { Badge } from '../../ui/state-badge.tsx';

/** Whether a schedule runs. */
export function ScheduleBadge({ paused }: { paused: boolean }) {
  return paused ? <Badge label="Paused" tone="doubt" /> : <Badge label="Runs" tone="good" />;
}
