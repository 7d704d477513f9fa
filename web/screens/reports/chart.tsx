import { Button, Group, Skeleton, VisuallyHidden } from '@mantine/core';
import { IconChartBar, IconTable } from '@tabler/icons-react';
import { lazy, Suspense } from 'react';
import { useFilters } from '../../lib/filters.ts';
import { Section } from '../../ui/page.tsx';
import { Note } from '../../ui/note.tsx';
import {
  CHARTS_MAX,
  formatFigure,
  plainFigure,
  type ChartModel,
  type ChartPoint,
} from './chart-model.ts';
import type { RowColumn } from './row-columns.tsx';
import { CopyRows, RowsTable } from './rows-table.tsx';
import { readReportsSearch } from './search.ts';
import classes from './chart.module.css';

const Bars = lazy(() => import('./bars.tsx'));

/** A chart, or the table that says the same: whichever the address asks for. */
export function Chart({ model }: { model: ChartModel }) {
  const [{ as }, change] = useFilters(readReportsSearch);
  const { title, points } = model;
  const columns = columnsOf(model);
  if (points.every(({ values }) => values.every((value) => !value))) {
    return (
      <Section title={title}>
        <p className={`soft ${classes['empty']}`}>Nothing in this period.</p>
      </Section>
    );
  }
  return (
    <Section
      title={title}
      aside={
        <Group gap={4} className="no-print">
          {as === 'table' && <CopyRows label={title} columns={columns} rows={points} />}
          <Button
            variant="subtle"
            size="compact-xs"
            leftSection={
              as === 'table' ? (
                <IconChartBar size={14} aria-hidden />
              ) : (
                <IconTable size={14} aria-hidden />
              )
            }
            onClick={() => change({ as: as === 'table' ? undefined : 'table' })}
          >
            View as {as === 'table' ? 'chart' : 'table'}
            <VisuallyHidden>: {title}</VisuallyHidden>
          </Button>
        </Group>
      }
    >
      {as === 'table' ? (
        <RowsTable label={title} columns={columns} rows={points} />
      ) : (
        <Suspense fallback={<Skeleton height={262} radius="sm" />}>
          <Bars model={model} />
        </Suspense>
      )}
    </Section>
  );
}

/** A chart for each currency, since amounts of two are never added. */
export function Charts({ models }: { models: readonly ChartModel[] }) {
  const left = models.slice(CHARTS_MAX).map(({ title }) => title);
  return (
    <>
      {models.slice(0, CHARTS_MAX).map((model) => (
        <Chart key={model.title} model={model} />
      ))}
      {left.length > 0 && (
        <Note>
          <p>Choose a currency for the other charts: {left.join('; ')}.</p>
        </Note>
      )}
    </>
  );
}

const columnsOf = ({ axis, series, unit }: ChartModel): readonly RowColumn<ChartPoint>[] => [
  { header: axis, text: ({ label }) => label },
  ...series.map((header, place) => ({
    header,
    end: true,
    text: ({ values }: ChartPoint) => plainFigure(values[place] ?? null, unit),
    cell: ({ values }: ChartPoint) => formatFigure(values[place] ?? null, unit),
  })),
];
