import { useDocumentTitle } from '@mantine/hooks';
import type { ReactNode } from 'react';
import classes from './page.module.css';

/** The frame of a screen: its name, what may be done on it, and what it shows. */
export function Page({
  title,
  lead,
  actions,
  children,
}: {
  title: string;
  lead?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}) {
  useDocumentTitle(`${title} · Bursar`);
  return (
    <main id="main" className={classes['page']} tabIndex={-1}>
      <div className={classes['head']}>
        <div className={classes['title']}>
          <h1>{title}</h1>
          {lead !== undefined && <div className="soft">{lead}</div>}
        </div>
        {actions !== undefined && <div className={`${classes['actions']} no-print`}>{actions}</div>}
      </div>
      {children}
    </main>
  );
}

/** A part of a screen with a heading of its own. */
export function Section({
  title,
  aside,
  children,
}: {
  title: string;
  aside?: ReactNode;
  children: ReactNode;
}) {
  return (
    <section className={classes['section']} aria-label={title}>
      <div className={classes['sectionHead']}>
        <h2>{title}</h2>
        {aside}
      </div>
      {children}
    </section>
  );
}

/** A row of filters or controls that wraps where it is narrow. */
export function Bar({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className={`${classes['bar']} no-print`} role="group" aria-label={label}>
      {children}
    </div>
  );
}
