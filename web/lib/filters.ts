import { useNavigate, useSearch } from '@tanstack/react-router';
import { present, type Search } from './search.ts';

/**
 * The filters of a screen, which live in its address: so a view can be kept, shared and gone back to.
 * A change takes the place of the address before; `undefined` takes a filter away.
 */
export function useFilters<Filters extends object>(
  read: (search: Search) => Filters,
): [filters: Filters, change: (changed: Partial<Filters>) => void] {
  const filters = read(useSearch({ strict: false }));
  const navigate = useNavigate();
  const change = (changed: Partial<Filters>) =>
    void navigate({
      to: '.',
      search: (before: Search) => present({ ...before, ...changed }),
      replace: true,
    });
  return [filters, change];
}
