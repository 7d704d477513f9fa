import { IconAlertTriangle, IconInfoCircle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import classes from './panel.module.css';

/** Something to know before going on: plain, or in doubt where money depends on it. */
export function Note({
  tone = 'plain',
  children,
}: {
  tone?: 'plain' | 'doubt' | 'bad';
  children: ReactNode;
}) {
  const Sign = tone === 'plain' ? IconInfoCircle : IconAlertTriangle;
  return (
    <div className={classes['panel']} data-tone={tone} role="note">
      <Sign size={18} aria-hidden />
      <div className={classes['words']}>{children}</div>
    </div>
  );
}

/** Where there is nothing: why, and what the next step is. */
export function Empty({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className={classes['empty']}>
      <h2>{title}</h2>
      {children}
    </div>
  );
}
