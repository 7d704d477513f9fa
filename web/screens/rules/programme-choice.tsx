import { useQuery } from '@tanstack/react-query';
import { Choice } from '../../ui/filters.tsx';
import { programmesQuery } from './queries.ts';

/** What a programme is called; its id where it is not among those that were read. */
export function useProgrammeNames(): (id: string) => string {
  const { data } = useQuery(programmesQuery);
  return (id) => data?.find((each) => each.id === id)?.name ?? id;
}

/** Shows one programme alone. */
export function ProgrammeChoice({
  value,
  onChange,
}: {
  value: string | undefined;
  onChange: (programme: string | undefined) => void;
}) {
  const { data = [] } = useQuery(programmesQuery);
  return (
    <Choice
      label="Programme"
      value={value}
      values={data.map(({ id }) => id)}
      labelOf={(id) => data.find((each) => each.id === id)?.name ?? id}
      onChange={onChange}
    />
  );
}
