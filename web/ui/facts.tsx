import type { ReactNode } from 'react';
import classes from './facts.module.css';

/** Names and values beside each other, as on a voucher. What is null is left out. */
export function Facts({ facts }: { facts: Readonly<Record<string, ReactNode | null>> }) {
  return (
    <dl className={classes['facts']}>
      {Object.entries(facts).map(([name, value]) =>
        value === null || value === undefined ? null : (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ),
      )}
    </dl>
  );
}

/** One figure with what it counts. */
export function Figure({
  label,
  children,
  note,
}: {
  label: string;
  children: ReactNode;
  note?: ReactNode;
}) {
  return (
    <div className={classes['figure']}>
      <div className="soft">{label}</div>
      <div className={classes['value']}>{children}</div>
      {note !== undefined && <div className="soft">{note}</div>}
    </div>
  );
}

export function Figures({ children }: { children: ReactNode }) {
  return <div className={classes['figures']}>{children}</div>;
}
