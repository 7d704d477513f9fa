import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { answerOf } from '../../lib/api.ts';
import { useMay } from '../../lib/may.ts';
import { no, type Verdict } from '../../lib/verdict.ts';
import type { Tone } from '../../lib/words.ts';
import { ActButton } from '../../ui/act-button.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { Choice } from '../../ui/filters.tsx';
import { listProps } from '../../ui/list-props.ts';
import { Empty } from '../../ui/note.tsx';
import { Bar } from '../../ui/page.tsx';
import { Badge } from '../../ui/state-badge.tsx';
import { columnsOf, type Columns } from '../../ui/table-columns.ts';
import { Age } from '../../ui/time.tsx';
import { mailsApi, type Mail } from './api.ts';
import { mailsQuery } from './queries.ts';
import { MAIL_STATES } from './search.ts';

const NOTHING: readonly Mail[] = [];

const WORDS: Readonly<Record<Mail['status'], { label: string; tone: Tone }>> = {
  PENDING: { label: 'Waits', tone: 'wait' },
  SENDING: { label: 'Being sent', tone: 'move' },
  SENT: { label: 'Sent', tone: 'good' },
  FAILED: { label: 'Failed', tone: 'bad' },
  UNKNOWN: { label: 'In doubt', tone: 'doubt' },
};

const EVENTS: Readonly<Record<Mail['event'], string>> = {
  scheduled: 'To be paid',
  paid: 'Paid',
  failed: 'Not paid',
  action_needed: 'Action needed',
};

const helper = columnsOf<Mail>();

const mailColumns = (verdict: Verdict, send: (mail: Mail) => void): Columns<Mail> =>
  helper.columns([
    helper.accessor('status', {
      header: 'State',
      meta: { width: '96px' },
      cell: ({ getValue }) => <Badge {...WORDS[getValue()]} />,
    }),
    helper.accessor('event', {
      header: 'Says',
      meta: { width: '104px', hideBelow: 560 },
      cell: ({ getValue }) => EVENTS[getValue()],
    }),
    helper.accessor('address', {
      header: 'To',
      meta: { width: 'minmax(110px, 1fr)' },
      cell: ({ row: { original } }) => (
        <Link to="/recipients/$recipientId" params={{ recipientId: original.affiliateId }}>
          {original.address}
        </Link>
      ),
    }),
    helper.accessor('error', {
      header: 'Why not',
      meta: { width: 'minmax(110px, 2fr)', hideBelow: 800 },
      cell: ({ getValue }) => <span className="soft">{getValue() ?? '—'}</span>,
    }),
    helper.accessor('tries', {
      header: 'Tries',
      meta: { width: '48px', align: 'end', hideBelow: 800 },
    }),
    helper.accessor('createdAt', {
      header: 'Age',
      meta: { width: '56px', align: 'end', hideBelow: 560 },
      cell: ({ getValue }) => <Age at={getValue()} />,
    }),
    helper.display({
      id: 'again',
      header: 'Again',
      meta: { width: '104px', align: 'end' },
      cell: ({ row: { original } }) => (
        <ActButton
          size="compact-xs"
          variant="default"
          verdict={
            original.status === 'FAILED' || original.status === 'UNKNOWN'
              ? verdict
              : no('Only what failed or is in doubt is sent again.')
          }
          onClick={() => send(original)}
        >
          Send again
        </ActButton>
      ),
    }),
  ]) as Columns<Mail>;

/** Mails to payees: those that did not go out first, each of which can be sent again. */
export function Mails({
  status,
  onStatus,
}: {
  status: Mail['status'] | undefined;
  onStatus: (status: Mail['status'] | undefined) => void;
}) {
  const shown = status ?? 'FAILED';
  const list = useInfiniteQuery(mailsQuery(shown));
  const verdict = useMay()('process');
  const queries = useQueryClient();
  const { mutate: send } = useMutation({
    mutationFn: ({ id }: Mail) =>
      answerOf(mailsApi[':id'].retry.$post({ param: { id }, json: {} })),
    onSuccess: async ({ mail }) => {
      notifications.show({ message: `It is sent to ${mail.address} within a minute.` });
      await queries.invalidateQueries({ queryKey: ['mails'] });
    },
    onError: (error) => notifications.show({ message: error.message }),
  });
  const rows = useMemo(
    () => list.data?.pages.flatMap(({ mails }) => mails) ?? NOTHING,
    [list.data],
  );
  const columns = useMemo(() => mailColumns(verdict, send), [verdict, send]);
  return (
    <>
      <Bar label="Mails">
        <Choice
          label="Mails to payees"
          value={status}
          values={MAIL_STATES.filter((each) => each !== 'FAILED')}
          labelOf={(each) => WORDS[each].label}
          none="Failed"
          onChange={onStatus}
        />
      </Bar>
      <DataTable
        label="Mails to payees"
        columns={columns}
        rows={rows}
        {...listProps(list)}
        empty={
          <Empty title={shown === 'FAILED' ? 'No mail has failed' : 'No mail is in that state'}>
            {shown !== 'FAILED' && (
              <Button variant="default" onClick={() => onStatus(undefined)}>
                Show those that failed
              </Button>
            )}
          </Empty>
        }
      />
    </>
  );
}
