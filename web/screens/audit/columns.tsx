import { Link } from '@tanstack/react-router';
import { actorLabel, type Tone } from '../../lib/words.ts';
import { Badge } from '../../ui/state-badge.tsx';
import { columnsOf, type Columns } from '../../ui/table-columns.ts';
import { Time } from '../../ui/time.tsx';
import type { AuditRow } from './api.ts';
import { summaryOf } from './changes.ts';

export interface AuditLine extends Omit<AuditRow, 'id'> {
  id: string;
  row: AuditRow;
}

export const STATE_TONES: Readonly<Record<AuditRow['status'], Tone>> = {
  SUCCESS: 'good',
  FAILURE: 'bad',
  WARNING: 'doubt',
  INFO: 'off',
};

const helper = columnsOf<AuditLine>();

export const auditColumns = (ownActor: string): Columns<AuditLine> =>
  helper.columns([
    helper.accessor('createdAt', {
      header: 'When',
      meta: { width: '162px', hideBelow: 560 },
      cell: ({ getValue }) => <Time at={getValue()} seconds />,
    }),
    helper.accessor('action', {
      header: 'What',
      meta: { width: 'minmax(140px, 1.2fr)' },
      cell: ({ getValue }) => <span className="mono">{getValue()}</span>,
    }),
    helper.display({
      id: 'summary',
      header: 'Before → after, details',
      meta: { width: 'minmax(120px, 2fr)', hideBelow: 800 },
      cell: ({ row }) => <span className="soft">{summaryOf(row.original.row)}</span>,
    }),
    helper.display({
      id: 'about',
      header: 'About',
      meta: { width: '110px', hideBelow: 1080 },
      cell: ({ row: { original } }) =>
        original.batchId === null ? null : (
          <Link
            to="/batches/$batchId"
            params={{ batchId: original.batchId }}
            search={original.paymentId === null ? {} : { payment: original.paymentId }}
            onClick={(event) => event.stopPropagation()}
          >
            {original.paymentId === null ? 'its batch' : 'its payment'}
          </Link>
        ),
    }),
    helper.accessor('actor', {
      header: 'Who',
      meta: { width: 'minmax(90px, 130px)' },
      cell: ({ getValue }) => actorLabel(getValue(), ownActor),
    }),
    helper.accessor('ipAddress', {
      header: 'From',
      meta: { width: '118px', hideBelow: 1080 },
      cell: ({ getValue }) => <span className="mono soft">{getValue() ?? '—'}</span>,
    }),
    helper.accessor('status', {
      header: 'Outcome',
      meta: { width: '84px' },
      cell: ({ getValue }) => (
        <Badge label={getValue().toLowerCase()} tone={STATE_TONES[getValue()]} />
      ),
    }),
  ]) as Columns<AuditLine>;
