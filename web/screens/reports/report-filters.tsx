import { Button, NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { PAYMENT_STATES, PAYMENT_WORDS, PROVIDER_NAMES, providerLabel } from '../../lib/words.ts';
import { Choice } from '../../ui/filters.tsx';
import { Bar } from '../../ui/page.tsx';
import { SavedViews } from '../../ui/saved-views/saved-views.tsx';
import { knows } from './asked.ts';
import { AmountField, CurrencyField, DayField, PayeeField } from './filter-fields.tsx';
import { daysOf, LOCAL_ZONE, periodLabel } from './period.ts';
import { programmesQuery, type Programme } from './queries.ts';
import { PERIODS, type ReportName, type ReportsSearch } from './search.ts';

interface Props {
  name: ReportName;
  search: ReportsSearch;
  change: (changed: Partial<ReportsSearch>) => void;
  nowMs: number;
}

/** Which period, and of what. Filters that a report does not know are not shown with it. */
export function ReportFilters(props: Props) {
  const { name, search, change } = props;
  const programmes = useQuery(programmesQuery).data ?? [];
  const hidden = [search.programme, search.status, search.payee, search.min, search.max];
  const [more, setMore] = useState(hidden.some((value) => value !== undefined));
  const hasMore = knows(name, 'affiliateId');
  return (
    <>
      <Bar label="Filters">
        {knows(name, 'from') && <PeriodFilters {...props} programmes={programmes} />}
        <CurrencyField
          value={search.currency}
          onChange={(currency) =>
            // Amounts are compared in a currency alone.
            change(currency ? { currency } : { currency, min: undefined, max: undefined })
          }
        />
        {knows(name, 'provider') && (
          <Choice
            label="Provider"
            value={search.provider}
            values={PROVIDER_NAMES}
            labelOf={providerLabel}
            onChange={(provider) => change({ provider })}
          />
        )}
        {hasMore && (
          <Button variant="default" aria-expanded={more} onClick={() => setMore(!more)}>
            {more ? 'Fewer filters' : 'More filters'}
          </Button>
        )}
        <SavedViews screen="reports" search={search} />
      </Bar>
      {more && hasMore && <MoreFilters {...props} programmes={programmes} />}
    </>
  );
}

const CUSTOM = 'custom';

function PeriodFilters({
  search,
  change,
  nowMs,
  programmes,
}: Props & { programmes: readonly Programme[] }) {
  const { from, last } = daysOf(search, nowMs);
  const own = search.from !== undefined || search.last !== undefined;
  return (
    <>
      <NativeSelect
        label="Period"
        value={own ? CUSTOM : (search.period ?? 'month')}
        data={[
          ...PERIODS.map((period) => ({ value: period, label: periodLabel(period) })),
          { value: CUSTOM, label: 'From … to …' },
        ]}
        onChange={(event) => {
          const chosen = event.currentTarget.value;
          const period = PERIODS.find((each) => each === chosen);
          change(
            period
              ? { period, from: undefined, last: undefined }
              : { period: undefined, from, last },
          );
        }}
      />
      <DayField
        label="From"
        value={from}
        onChange={(day) => change({ period: undefined, from: day, last })}
      />
      <DayField
        label="To, included"
        value={last}
        onChange={(day) => change({ period: undefined, from, last: day })}
      />
      <ZoneFilter search={search} change={change} programmes={programmes} />
    </>
  );
}

/** By whose clocks days begin: those of finance, of the wall here, or of the business. */
function ZoneFilter({
  search,
  change,
  programmes,
}: Pick<Props, 'search' | 'change'> & { programmes: readonly Programme[] }) {
  const zones = new Map([['UTC', 'UTC']]);
  const offer = (zone: string, label: string) => zones.has(zone) || zones.set(zone, label);
  offer(LOCAL_ZONE, `Local (${LOCAL_ZONE})`);
  for (const { zone } of programmes) offer(zone, `Business (${zone})`);
  if (search.zone) offer(search.zone, search.zone);
  return (
    <NativeSelect
      label="Days begin in"
      value={search.zone ?? 'UTC'}
      data={[...zones].map(([value, label]) => ({ value, label }))}
      onChange={(event) => {
        const zone = event.currentTarget.value;
        change({ zone: zone === 'UTC' ? undefined : zone });
      }}
    />
  );
}

function MoreFilters({
  name,
  search,
  change,
  programmes,
}: Props & { programmes: readonly Programme[] }) {
  return (
    <Bar label="More filters">
      {knows(name, 'programmeId') && (
        <Choice
          label="Programme"
          value={search.programme}
          values={programmes.map(({ id }) => id)}
          labelOf={(id) => programmes.find((each) => each.id === id)?.name ?? id}
          onChange={(programme) => change({ programme })}
        />
      )}
      {knows(name, 'status') && (
        <Choice
          label="State now"
          value={search.status}
          values={PAYMENT_STATES}
          labelOf={(state) => PAYMENT_WORDS[state].label}
          onChange={(status) => change({ status })}
        />
      )}
      <PayeeField value={search.payee} onChange={(payee) => change({ payee })} />
      {knows(name, 'minAmount') && (
        <>
          <AmountField
            label="At least"
            value={search.min}
            currency={search.currency}
            onChange={(min) => change({ min })}
          />
          <AmountField
            label="At most"
            value={search.max}
            currency={search.currency}
            onChange={(max) => change({ max })}
          />
        </>
      )}
    </Bar>
  );
}
