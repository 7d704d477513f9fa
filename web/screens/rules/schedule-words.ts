import { formatAmount } from '../../lib/currency.ts';
import type { Schedule } from './queries.ts';
import { weekdayName } from './term-lines.ts';

export const MODES = {
  propose: 'Proposes; a person executes',
  run_below: 'Runs by itself up to a limit',
  run: 'Runs by itself',
} as const;
export type Mode = keyof typeof MODES;
export const MODE_NAMES = Object.keys(MODES) as readonly Mode[];

const SHIFTS: Readonly<Record<string, string>> = {
  none: 'on the same day',
  next: 'on the next business day',
  previous: 'on the business day before',
};

/** How often and when a schedule pays. */
export function rhythmText({ frequency, weekday, monthDay, timeOfDay }: Schedule): string {
  const on =
    weekday === null
      ? monthDay === null
        ? ''
        : ` on day ${monthDay}`
      : `, ${weekdayName(weekday)}`;
  return `Each ${frequency}${on}, ${timeOfDay}`;
}

/** What it does with what it makes. */
export function modeText({ mode, limitAmount, currency }: Schedule): string {
  if (mode === 'run_below' && limitAmount !== null)
    return `Runs by itself up to ${formatAmount(limitAmount, currency)} ${currency}`;
  return Object.entries(MODES).find(([name]) => name === mode)?.[1] ?? mode;
}

/** What happens to a run that falls on a day without business. */
export const shiftText = ({ shift, calendar }: Schedule): string =>
  `${SHIFTS[shift] ?? shift}${calendar === null ? '' : `, holidays of ${calendar}`}`;

/** An instant as the clocks of a business zone show it, with its weekday. */
export function formatInZone(instant: string, zone: string): string {
  const at = new Date(instant);
  const weekday = new Intl.DateTimeFormat('en-GB', { weekday: 'short', timeZone: zone }).format(at);
  const time = new Intl.DateTimeFormat('sv-SE', {
    dateStyle: 'short',
    timeStyle: 'short',
    timeZone: zone,
  }).format(at);
  return `${weekday} ${time}`;
}
