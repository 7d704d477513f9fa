import type { BatchDetail } from '../lib/queries.ts';
import { useSession } from '../lib/may.ts';
import { actorLabel, type Tone } from '../lib/words.ts';
import { Badge } from './state-badge.tsx';
import { Time } from './time.tsx';
import classes from './audit-list.module.css';

type AuditRow = BatchDetail['auditLogs'][number];

const TONES: Readonly<Record<AuditRow['status'], Tone>> = {
  SUCCESS: 'good',
  FAILURE: 'bad',
  WARNING: 'doubt',
  INFO: 'off',
};

const detailsText = (details: AuditRow['details']): string =>
  Object.entries(details ?? {})
    .filter(([, value]) => value !== null && typeof value !== 'object')
    .map(([name, value]) => `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' · ');

/** What happened: when, by whom, from what state to what, and the figures that go with it. */
export function AuditList({ rows }: { rows: readonly AuditRow[] }) {
  const { actor } = useSession();
  return (
    <ol className={classes['list']}>
      {rows.map((row) => (
        <li key={row.id}>
          <Time at={row.createdAt} seconds />
          <span className={classes['what']}>
            <span className="mono">{row.action}</span>
            {row.fromState !== row.toState && row.toState !== null && (
              <span className="soft">
                {' '}
                {row.fromState ?? '—'} → {row.toState}
              </span>
            )}
            <span className={`soft ${classes['details']}`}>{detailsText(row.details)}</span>
          </span>
          <span className="soft">{actorLabel(row.actor, actor)}</span>
          <Badge label={row.status.toLowerCase()} tone={TONES[row.status]} />
        </li>
      ))}
    </ol>
  );
}
