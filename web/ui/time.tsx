import { useNow } from '../lib/now.ts';
import { formatAge, formatTime, useTimeZone } from '../lib/time.ts';

/** An instant in the zone that was chosen for the whole screen; exactly to the second on hover. */
export function Time({ at, seconds = false }: { at: string; seconds?: boolean }) {
  const zone = useTimeZone();
  const exact = formatTime(at, zone, 'second');
  return (
    <time
      dateTime={at}
      title={`${exact} ${zone === 'utc' ? 'UTC' : 'local time'}`}
      className="amount"
    >
      {seconds ? exact : formatTime(at, zone)}
    </time>
  );
}

/** How long ago an instant was. */
export function Age({ at }: { at: string }) {
  const zone = useTimeZone();
  const nowMs = useNow();
  return (
    <time dateTime={at} title={formatTime(at, zone, 'second')} className="amount">
      {formatAge(at, nowMs)}
    </time>
  );
}
