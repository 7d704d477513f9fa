import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './selection-bar.module.css';

/** What is picked, how to pick all that match, and what may be done with it. */
export function SelectionBar({
  children,
  actions,
  onClear,
}: {
  children: ReactNode;
  actions: ReactNode;
  onClear: () => void;
}) {
  return (
    <div className={`${classes['bar']} no-print`} role="region" aria-label="Picked">
      <div role="status">{children}</div>
      {actions}
      <Button variant="subtle" onClick={onClear}>
        Pick none
      </Button>
    </div>
  );
}
