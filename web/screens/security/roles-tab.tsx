import { Tooltip } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconCheck, IconMinus } from '@tabler/icons-react';
import { useSession } from '../../lib/may.ts';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { TableSkeleton } from '../../ui/table-skeleton.tsx';
import { matrixQuery, type RoleMatrix, type RoleName } from './queries.ts';
import { PERMISSION_WORDS, roleLabel } from './words.ts';
import classes from './security.module.css';

type Role = RoleMatrix['roles'][number];
type Permission = RoleMatrix['permissions'][number];

/** Where a cell comes from, in words. */
function sourceOf(matrix: RoleMatrix, { role, permissions }: Role, permission: Permission): string {
  const from = matrix.roles.find(({ added }) => added.includes(permission));
  const lowest = from ? roleLabel(from.role) : 'no role';
  if (!permissions.includes(permission))
    return `A ${roleLabel(role)} does not hold ${permission}; it begins with ${lowest}.`;
  return from?.role === role
    ? `${permission} begins with ${lowest}.`
    : `A ${roleLabel(role)} holds ${permission} by way of ${lowest}: each role holds all that the one before it holds.`;
}

/** What each role may do. It is part of the product: nobody changes it, people are given roles. */
export function RolesTab() {
  const { data, error, refetch } = useQuery(matrixQuery);
  const { role: own } = useSession();
  if (error && !data) return <ErrorPanel error={error} onRetry={() => void refetch()} />;
  if (!data) return <TableSkeleton />;
  return (
    <div className={classes['stack']}>
      <p className="soft">
        The matrix is part of Bursar and cannot be edited. Each role holds all that the one before
        it holds; point at a cell, or move to it with Tab, to see where it comes from. Your own role
        is marked.
      </p>
      <div className={classes['wide']} tabIndex={0} role="group" aria-label="Role matrix">
        <table className={classes['matrix']}>
          <thead>
            <tr>
              <th scope="col">Permission</th>
              {data.roles.map(({ role }) => (
                <th key={role} scope="col" data-own={role === own || undefined}>
                  {roleLabel(role)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {data.permissions.map((permission) => (
              <tr key={permission}>
                <th scope="row">
                  <span className="mono">{permission}</span>{' '}
                  <span className={`soft ${classes['about']}`}>{PERMISSION_WORDS[permission]}</span>
                </th>
                {data.roles.map((role) => (
                  <Cell
                    key={role.role}
                    matrix={data}
                    role={role}
                    permission={permission}
                    own={own}
                  />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}

function Cell({
  matrix,
  role,
  permission,
  own,
}: {
  matrix: RoleMatrix;
  role: Role;
  permission: Permission;
  own: RoleName;
}) {
  const held = role.permissions.includes(permission);
  const added = role.added.includes(permission);
  const Sign = held ? IconCheck : IconMinus;
  return (
    <td data-own={role.role === own || undefined}>
      <Tooltip
        label={sourceOf(matrix, role, permission)}
        maw={320}
        events={{ hover: true, focus: true, touch: true }}
      >
        <span
          className={classes['cell']}
          data-tone={added ? 'added' : held ? 'held' : 'not'}
          tabIndex={0}
        >
          <Sign size={14} stroke={added ? 2.6 : 1.8} aria-hidden />
          <span>{held ? 'yes' : 'no'}</span>
        </span>
      </Tooltip>
    </td>
  );
}
