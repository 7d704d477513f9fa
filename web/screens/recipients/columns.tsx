import { VisuallyHidden } from '@mantine/core';
import { IconBan, IconHandStop } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { providerLabel } from '../../lib/words.ts';
import { Money } from '../../ui/money.tsx';
import { pickColumn } from '../../ui/pick-column.tsx';
import { Badge } from '../../ui/state-badge.tsx';
import { columnsOf, type Columns } from '../../ui/table-columns.ts';
import type { Picked } from '../../ui/use-picked.ts';
import { KycBadge } from './kyc.tsx';
import type { Recipient } from './queries.ts';
import { WhyChips } from './why-chips.tsx';

const helper = columnsOf<Recipient>();

/** Of several currencies the one in which most can be done: what is payable, else the usual one. */
const mainOwed = ({ owed, currency }: Recipient) =>
  owed.find(({ payableAmount }) => payableAmount > 0) ??
  owed.find((each) => each.currency === currency);

const COLUMNS = helper.columns([
  helper.display({
    id: 'why-small',
    header: () => <VisuallyHidden>Can be paid</VisuallyHidden>,
    meta: { width: '18px', hideFrom: 560 },
    cell: ({ row }) => <Why recipient={row.original} small />,
  }),
  helper.accessor('fullName', {
    header: 'Recipient',
    meta: { width: 'minmax(64px, 2fr)' },
    cell: ({ row: { original } }) => (
      <>
        <Link
          to="/recipients/$recipientId"
          params={{ recipientId: original.id }}
          onClick={(event) => event.stopPropagation()}
        >
          {original.fullName}
        </Link>{' '}
        <span className="soft">{original.country}</span>
      </>
    ),
  }),
  helper.accessor('email', {
    header: 'E-mail',
    meta: { width: 'minmax(120px, 2fr)', hideBelow: 1080 },
    cell: ({ getValue }) => <span className="soft">{getValue()}</span>,
  }),
  helper.display({
    id: 'account',
    header: 'Account',
    meta: { width: 'minmax(150px, 2fr)', hideBelow: 560 },
    cell: ({ row }) => <AccountCell recipient={row.original} />,
  }),
  helper.display({
    id: 'held',
    header: 'Held',
    meta: { width: '112px', hideBelow: 1080 },
    cell: ({ row: { original } }) =>
      original.suspendedAt !== null ? (
        <Badge label="Suspended" tone="bad" icon={IconBan} />
      ) : original.holdReason !== null ? (
        <span title={original.holdReason}>
          <Badge label="On hold" tone="doubt" icon={IconHandStop} />
        </span>
      ) : null,
  }),
  helper.display({
    id: 'why',
    header: 'Can be paid',
    meta: { width: 'minmax(108px, 1.3fr)', hideBelow: 560 },
    cell: ({ row }) => <Why recipient={row.original} />,
  }),
  helper.display({
    id: 'payable',
    header: 'Payable',
    meta: { width: 'minmax(112px, 150px)', align: 'end' },
    cell: ({ row: { original } }) => {
      const owed = mainOwed(original);
      const more = original.owed.filter((each) => each !== owed && each.payableAmount !== 0).length;
      return owed ? (
        <>
          {more > 0 && <span className="soft">+{more} </span>}
          <Money amount={owed.payableAmount} currency={owed.currency} strong />
        </>
      ) : null;
    },
  }),
]) as Columns<Recipient>;

/** The columns of the list; who is picked shows in the first one. */
export const recipientColumns = (picked: Picked<Recipient>): Columns<Recipient> => [
  pickColumn(picked, ({ fullName }) => fullName),
  ...COLUMNS,
];

function Why({ recipient, small = false }: { recipient: Recipient; small?: boolean }) {
  const owed = mainOwed(recipient);
  return owed ? (
    <WhyChips reasons={owed.reasons} nothing={owed.payableAmount === 0} small={small} />
  ) : null;
}

function AccountCell({ recipient: { accounts } }: { recipient: Recipient }) {
  const [first, ...more] = accounts;
  if (!first) return <span className="soft">No account</span>;
  return (
    <>
      <KycBadge state={first.kycStatus} blocked={first.blockedCode !== null} />{' '}
      <span className="soft" title={accounts.map(({ provider }) => provider).join(', ')}>
        {providerLabel(first.provider)}
        {more.length > 0 && ` +${more.length}`}
      </span>
    </>
  );
}
