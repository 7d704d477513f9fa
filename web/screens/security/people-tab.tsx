import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useMay } from '../../lib/may.ts';
import { ActButton } from '../../ui/act-button.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { Choice, Find } from '../../ui/filters.tsx';
import { listProps } from '../../ui/list-props.ts';
import { Empty } from '../../ui/note.tsx';
import { Bar } from '../../ui/page.tsx';
import { Badge } from '../../ui/state-badge.tsx';
import { columnsOf, type Columns } from '../../ui/table-columns.ts';
import { Age } from '../../ui/time.tsx';
import { InviteDialog } from './invite-dialog.tsx';
import { PersonBadge } from './person-badge.tsx';
import { PersonDrawer } from './person-drawer.tsx';
import { matrixQuery, peopleQuery, type Person } from './queries.ts';
import type { SecuritySearch } from './search.ts';
import { roleLabel } from './words.ts';

const NOTHING: readonly Person[] = [];
const helper = columnsOf<Person>();

const columns = helper.columns([
  helper.accessor('name', { header: 'Name', meta: { width: 'minmax(110px, 1.2fr)' } }),
  helper.accessor('email', {
    header: 'E-mail',
    meta: { width: 'minmax(140px, 1.6fr)', hideBelow: 800 },
    cell: ({ getValue }) => <span className="soft">{getValue()}</span>,
  }),
  helper.accessor('role', {
    header: 'Role',
    meta: { width: '100px' },
    cell: ({ getValue }) => roleLabel(getValue() ?? '—'),
  }),
  helper.display({
    id: 'state',
    header: 'State',
    meta: { width: '84px' },
    cell: ({ row: { original } }) => <PersonBadge person={original} />,
  }),
  helper.accessor('secondFactor', {
    header: 'Second factor',
    meta: { width: '104px', hideBelow: 560 },
    cell: ({ getValue }) =>
      getValue() ? <Badge label="Set up" tone="good" /> : <Badge label="None" tone="off" />,
  }),
  helper.accessor('lastSignInAt', {
    header: 'Signed in',
    meta: { width: '90px', align: 'end', hideBelow: 560 },
    cell: ({ getValue }) => {
      const at = getValue();
      return at === null ? <span className="soft">never</span> : <Age at={at} />;
    },
  }),
]) as Columns<Person>;

/** Everybody who may sign in, with what they may do. */
export function PeopleTab({
  search,
  change,
}: {
  search: SecuritySearch;
  change: (changed: Partial<SecuritySearch>) => void;
}) {
  const may = useMay();
  const { data: matrix } = useQuery(matrixQuery);
  const roles = matrix?.roles.map(({ role }) => role) ?? [];
  const role = roles.find((each) => each === search.role);
  const list = useInfiniteQuery(
    peopleQuery({ ...(search.q !== undefined && { q: search.q }), ...(role && { role }) }),
  );
  const rows = useMemo(
    () => list.data?.pages.flatMap(({ users }) => users) ?? NOTHING,
    [list.data],
  );
  const [inviting, setInviting] = useState(false);
  return (
    <>
      <Bar label="Filters">
        <Find
          label="Person"
          placeholder="Name or e-mail"
          value={search.q}
          onChange={(q) => change({ q })}
        />
        <Choice
          label="Role"
          value={role}
          values={roles}
          labelOf={roleLabel}
          onChange={(to) => change({ role: to })}
        />
        <ActButton verdict={may('manage_roles')} onClick={() => setInviting(true)}>
          Invite somebody
        </ActButton>
      </Bar>
      <div style={{ marginTop: 12 }}>
        <DataTable
          label="People"
          columns={columns}
          rows={rows}
          {...listProps(list)}
          onOpen={({ id }) => change({ person: id })}
          empty={
            <Empty title="Nobody fits these filters">
              <p>Take a filter away, or invite somebody.</p>
            </Empty>
          }
        />
      </div>
      <PersonDrawer
        person={rows.find(({ id }) => id === search.person)}
        onClose={() => change({ person: undefined })}
      />
      {inviting && <InviteDialog onClose={() => setInviting(false)} />}
    </>
  );
}
