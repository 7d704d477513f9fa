import { NativeSelect } from '@mantine/core';
import { Choice, Find } from '../../ui/filters.tsx';
import { Bar } from '../../ui/page.tsx';
import { BASES, GRAINS, GROUPS, MEASURES, SORTS, type ReportsSearch } from './search.ts';
import { BASIS_WORDS, FIGURE_WORDS, GRAIN_WORDS, GROUP_WORDS, SORT_WORDS } from './words.ts';

interface Props {
  search: ReportsSearch;
  change: (changed: Partial<ReportsSearch>) => void;
}

/** One of a few, of which one always holds. The first need not stand in the address. */
function One<Value extends string>({
  label,
  value,
  values,
  words,
  onChange,
}: {
  label: string;
  value: Value | undefined;
  values: readonly Value[];
  words: Readonly<Record<Value, string>>;
  onChange: (value: Value | undefined) => void;
}) {
  return (
    <NativeSelect
      label={label}
      value={value ?? values[0] ?? ''}
      data={values.map((each) => ({ value: each, label: words[each] }))}
      onChange={(event) => {
        const chosen = event.currentTarget.value;
        onChange(values.slice(1).find((each) => each === chosen));
      }}
    />
  );
}

/** How a time series is cut, and what of it is drawn. */
export function TimeSeriesChoices({ search, change }: Props) {
  return (
    <Bar label="How it is shown">
      <One
        label="By"
        value={search.grain}
        values={GRAINS}
        words={GRAIN_WORDS}
        onChange={(grain) => change({ grain })}
      />
      <Choice
        label="Divided by"
        value={search.group}
        values={GROUPS}
        labelOf={(group) => GROUP_WORDS[group]}
        none="Nothing"
        onChange={(group) => change({ group })}
      />
      <One
        label="Payments count"
        value={search.basis}
        values={BASES}
        words={BASIS_WORDS}
        onChange={(basis) => change({ basis })}
      />
      <One
        label="Draw"
        value={search.measure}
        values={MEASURES}
        words={FIGURE_WORDS}
        onChange={(measure) => change({ measure })}
      />
    </Bar>
  );
}

/** Which affiliates come first. */
export function AffiliateChoices({ search, change }: Props) {
  return (
    <Bar label="Which affiliates">
      <One
        label="First"
        value={search.sort}
        values={SORTS}
        words={SORT_WORDS}
        onChange={(sort) => change({ sort })}
      />
      <Find
        label="Find"
        placeholder="Name, e-mail, external id"
        value={search.q}
        onChange={(q) => change({ q })}
      />
    </Bar>
  );
}
