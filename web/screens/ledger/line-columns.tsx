import { Link } from '@tanstack/react-router';
import { CopyId } from '../../ui/copy-id.tsx';
import { Money } from '../../ui/money.tsx';
import { columnsOf, type ColumnLayout, type Columns } from '../../ui/table-columns.ts';
import { Time } from '../../ui/time.tsx';
import type { Line } from './api.ts';
import { SidedMoney } from './sided-money.tsx';
import classes from './ledger.module.css';

export interface Row extends Line {
  id: string;
  /** Whether the line begins its entry; the others of it follow. */
  first: boolean;
  /** Debit less credit of its currency, over this line and those above it. */
  soFar: number;
}

/** Lines as rows, each with what those so far come to in its currency. */
export function toRows(lines: readonly Line[]): Row[] {
  const sums = new Map<string, number>();
  return lines.map((line, place) => {
    const before = sums.get(line.currency) ?? 0;
    const soFar = before + (line.side === 'debit' ? line.amount : -line.amount);
    sums.set(line.currency, soFar);
    return {
      ...line,
      id: `${line.entryId} ${line.line}`,
      first: lines[place - 1]?.entryId !== line.entryId,
      soFar,
    };
  });
}

/** An entry is named after its event: `<id of what it is about>:<word>`. */
const objectOf = (entryId: string): string => entryId.split(':')[0] ?? entryId;

const eventOf = (entryId: string): string => entryId.slice(entryId.indexOf(':') + 1);

const side =
  (of: Line['side']) =>
  ({ row: { original } }: { row: { original: Row } }) =>
    original.side === of ? <Money amount={original.amount} currency={original.currency} /> : null;

const ACCOUNT = 'account';
const ENTRY = 'entry';

const helper = columnsOf<Row>();
/** What happened, once for each entry. */
const entryColumn = (layout: ColumnLayout) =>
  helper.accessor('entryId', {
    id: ENTRY,
    header: 'Entry',
    meta: layout,
    cell: ({ row: { original } }) =>
      original.first ? (
        <>
          <strong className={classes['event']}>{eventOf(original.entryId)}</strong>{' '}
          <CopyId id={objectOf(original.entryId)} label="id of what it is about" />
        </>
      ) : null,
  });

const COLUMNS = helper.columns([
  helper.accessor('createdAt', {
    header: 'Booked',
    meta: { width: '140px', hideBelow: 560 },
    cell: ({ row: { original } }) => (original.first ? <Time at={original.createdAt} /> : null),
  }),
  entryColumn({ width: 'minmax(120px, 1.35fr)', hideBelow: 560 }),
  helper.accessor('account', {
    id: ACCOUNT,
    header: 'Account',
    meta: { width: 'minmax(90px, 1.05fr)' },
    cell: ({ row: { original } }) => (
      <span className={`mono ${original.side === 'credit' ? classes['indented'] : ''}`}>
        {original.account}
      </span>
    ),
  }),
  helper.accessor('batchId', {
    header: 'Batch',
    meta: { width: '72px', hideBelow: 1080 },
    cell: ({ row: { original } }) => <BatchLink line={original} />,
  }),
  helper.accessor('corrects', {
    header: 'Corrects',
    meta: { width: '92px', hideBelow: 1080 },
    cell: ({ getValue }) => {
      const corrected = getValue();
      return corrected === null ? null : <CopyId id={corrected} label="corrected entry" />;
    },
  }),
  helper.display({
    id: 'debit',
    header: 'Debit',
    meta: { width: 'minmax(96px, 126px)', align: 'end' },
    cell: side('debit'),
  }),
  helper.display({
    id: 'credit',
    header: 'Credit',
    meta: { width: 'minmax(96px, 126px)', align: 'end' },
    cell: side('credit'),
  }),
]) as Columns<Row>;

const SO_FAR = helper.columns([
  helper.accessor('soFar', {
    header: 'Sum so far',
    meta: { width: 'minmax(136px, 190px)', align: 'end', hideBelow: 800 },
    cell: ({ row: { original } }) => (
      <SidedMoney balance={original.soFar} currency={original.currency} />
    ),
  }),
]) as Columns<Row>;

function BatchLink({ line: { batchId, paymentId } }: { line: Line }) {
  if (batchId === null) return <span className="soft">—</span>;
  return (
    <Link
      to="/batches/$batchId"
      params={{ batchId }}
      search={paymentId === null ? {} : { payment: paymentId }}
    >
      open
    </Link>
  );
}

/** Of one account alone: what happened is said everywhere, and what it comes to so far. */
const OF_ONE = [
  ...COLUMNS.map((column) =>
    column.id === ENTRY ? entryColumn({ width: 'minmax(110px, 1.4fr)' }) : column,
  ),
  ...SO_FAR,
].filter(({ id }) => id !== ACCOUNT) as Columns<Row>;

/** The columns of lines; with the running sum where they are of one account. */
export const lineColumns = (ofOneAccount: boolean): Columns<Row> =>
  ofOneAccount ? OF_ONE : COLUMNS;
