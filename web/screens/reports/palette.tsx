import type { ReactElement } from 'react';

/**
 * How series are told apart: by a colour that those see who do not see all colours, and by a pattern,
 * so that a chart is read without any colour too.
 */
const COLOURS = 6;
const PATTERNS: readonly (() => ReactElement)[] = [
  () => <></>,
  () => <path d="M-2 2 L2 -2 M0 8 L8 0 M6 10 L10 6" strokeWidth={2} />,
  () => <path d="M2 2 h.01 M6 6 h.01" strokeWidth={3} strokeLinecap="round" />,
  () => <path d="M0 4 H8" strokeWidth={2} />,
  () => <path d="M-2 6 L2 10 M0 0 L8 8 M6 -2 L10 2" strokeWidth={2} />,
  () => <path d="M4 0 V8" strokeWidth={2} />,
];

const SIZE_PX = 8;

export const colourOf = (place: number): string => `var(--chart-${(place % COLOURS) + 1})`;
/** A colour that comes again has another pattern. */
const patternOf = (place: number) =>
  PATTERNS[(place + Math.floor(place / COLOURS)) % PATTERNS.length];

/** What a series is filled with; `Patterns` of the same id must be on the page. */
export const fillOf = (id: string, place: number): string => `url(#${id}-${place})`;

/** The patterns of series at these places. */
export function Patterns({ id, places }: { id: string; places: readonly number[] }) {
  return (
    <defs>
      {places.map((place) => (
        <pattern
          key={place}
          id={`${id}-${place}`}
          width={SIZE_PX}
          height={SIZE_PX}
          patternUnits="userSpaceOnUse"
        >
          <rect width={SIZE_PX} height={SIZE_PX} fill={colourOf(place)} />
          <g stroke="var(--surface)" fill="none">
            {patternOf(place)?.()}
          </g>
        </pattern>
      ))}
    </defs>
  );
}

/** A sample of a series beside its name. */
export function Sample({ id, place }: { id: string; place: number }) {
  return (
    <svg width={14} height={14} aria-hidden>
      <rect
        x={0.5}
        y={0.5}
        width={13}
        height={13}
        fill={fillOf(id, place)}
        stroke={colourOf(place)}
      />
    </svg>
  );
}
