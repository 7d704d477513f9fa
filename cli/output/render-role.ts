import type { PersonWithRole, RoleChange } from '../answers/roles.ts';
import type { Style } from './style.ts';
import { table } from './table.ts';

/** People and their roles, one a line. */
export function peopleTable(people: readonly PersonWithRole[], style: Style): string {
  if (people.length === 0) return 'Nobody.';
  return table(
    [
      { title: 'ID' },
      { title: 'ROLE' },
      { title: 'E-MAIL' },
      { title: 'NAME' },
      { title: 'LAST SIGN-IN' },
      { title: '' },
    ],
    people.map((person) => [
      person.id,
      person.role ?? style.dim('none'),
      person.email,
      person.name,
      person.lastSignInAt ?? 'never',
      remarkOn(person, style),
    ]),
    style.dim,
  );
}

function remarkOn({ frozenAt, secondFactor }: PersonWithRole, style: Style): string {
  if (frozenAt !== null) return style.bad(`frozen ${frozenAt}`);
  return secondFactor ? '' : style.warn('no second factor');
}

/** Roles that somebody had, the newest first. */
export function roleChangeTable(changes: readonly RoleChange[], style: Style): string {
  if (changes.length === 0) return 'Never had a role.';
  return table(
    [{ title: 'WHEN' }, { title: 'FROM' }, { title: 'TO' }, { title: 'BY' }, { title: 'WHY' }],
    changes.map(({ createdAt, from, to, actor, reason }) => [
      createdAt,
      from ?? 'none',
      to ?? 'none',
      actor,
      reason ?? '',
    ]),
    style.dim,
  );
}
