import { Badge } from '../../ui/state-badge.tsx';
import type { Person } from './queries.ts';

/** Whether somebody may come in, and with what. */
export function PersonBadge({ person }: { person: Pick<Person, 'frozenAt' | 'role'> }) {
  if (person.frozenAt !== null) return <Badge label="Frozen" tone="bad" />;
  if (person.role === null) return <Badge label="No role" tone="doubt" />;
  return <Badge label="Active" tone="good" />;
}
