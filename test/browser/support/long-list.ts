/** What of the list named Payments is in sight. Rows count from 2: the head is the first. */
export interface RowsInSight {
  first: number;
  last: number;
  /** Rows of which there is no trace between the first and the last, and pixels that none covers. */
  gaps: number;
  /** All rows in the page, those beyond the edges too. */
  inPage: number;
}

const SCROLLED = `document.querySelector('[role=table][aria-label=Payments] [role=rowgroup][tabindex]')`;

/** A script that reads `RowsInSight`. */
export const ROWS_IN_SIGHT = `{
  const frame = ${SCROLLED};
  const edge = frame.getBoundingClientRect();
  const all = [...frame.querySelectorAll('[role=row]')];
  const seen = all
    .map((row) => ({ at: Number(row.ariaRowIndex ?? row.getAttribute('aria-rowindex')), ...row.getBoundingClientRect().toJSON() }))
    .filter(({ top, bottom }) => bottom > edge.top + 1 && top < edge.bottom - 1)
    .sort((a, b) => a.at - b.at);
  const first = seen[0] ?? { at: 0, top: edge.bottom };
  const last = seen.at(-1) ?? { at: 0, bottom: edge.top };
  const isEnd = Math.abs(frame.scrollTop + frame.clientHeight - frame.scrollHeight) < 2;
  ({
    first: first.at,
    last: last.at,
    gaps:
      (seen.length === 0 ? 1 : last.at - first.at + 1 - seen.length) +
      Math.max(0, Math.round(first.top - edge.top - 1)) +
      (isEnd ? 0 : Math.max(0, Math.round(edge.bottom - last.bottom - 1))),
    inPage: all.length,
  });
}`;

/** A script that scrolls the list by so many pixels, and is done once that is on the screen. */
export const scrollBy = (pixels: number): string => `new Promise((resolve) => {
  ${SCROLLED}.scrollTop += ${pixels};
  requestAnimationFrame(() => setTimeout(resolve));
})`;
