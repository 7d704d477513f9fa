import { useEffect } from 'react';

/** What keys do, by the key: `j`, `?`, `Enter`; `g b` is `g` and then `b`. */
export type Keys = Readonly<Record<string, (event: KeyboardEvent) => void>>;

/** Begins two keys, of which the second must follow so soon. */
const PREFIX = 'g';
const SEQUENCE_MS = 1_000;

/** True where keys are text or choose something: in a field, but not on a box to tick. */
const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable ||
    (/^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) &&
      target.getAttribute('type') !== 'checkbox'));

const isUnderDialog = (): boolean => document.querySelector('[role="dialog"]') !== null;

/** Listens for keys on the whole page while the component is there, and neither while somebody types. */
export function useKeys(keys: Keys, { inDialog = false } = {}): void {
  useEffect(() => {
    const first = { key: '', atMs: 0 };
    const listen = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      if (isTyping(event.target) || (!inDialog && isUnderDialog())) return;
      const follows = first.key === PREFIX && event.timeStamp - first.atMs < SEQUENCE_MS;
      const act = keys[follows ? `${PREFIX} ${event.key}` : event.key];
      first.key = event.key;
      first.atMs = event.timeStamp;
      if (!act) return;
      event.preventDefault();
      act(event);
    };
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, [keys, inDialog]);
}
