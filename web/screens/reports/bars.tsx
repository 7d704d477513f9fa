import '@mantine/charts/styles.css';
import { BarChart } from '@mantine/charts';
import { useId } from 'react';
import { formatFigure, formatTick, type ChartModel } from './chart-model.ts';
import { colourOf, fillOf, Patterns, Sample } from './palette.tsx';
import classes from './chart.module.css';

/** Series go by their place, since names may hold whatever the drawing library reads as a path. */
const keyOf = (place: number): string => `s${place}`;
const LABEL = 'label';
const AXIS_WIDTH_PX = 64;
const BAR_MAX_PX = 56;

/** A chart of bars. It is loaded for the reports alone, since the library behind it is large. */
export default function Bars({ model }: { model: ChartModel }) {
  const id = useId();
  const { unit, series, points, stacked = false } = model;
  const placeOf = (at: number): number => model.places?.[at] ?? at;
  const data = points.map(({ label, short, values }, at) => ({
    [LABEL]: at,
    name: short ?? label,
    ...Object.fromEntries(values.map((value, place) => [keyOf(place), value])),
  }));
  const nameOf = (at: unknown) => data[Number(at)]?.name ?? '';
  return (
    <div className={classes['body']}>
      <svg className={classes['defs']} aria-hidden>
        <Patterns id={id} places={series.map((_, at) => placeOf(at))} />
      </svg>
      {series.length > 1 && (
        <ul className={classes['legend']} aria-label="Series">
          {series.map((name, at) => (
            <li key={name}>
              <Sample id={id} place={placeOf(at)} />
              {name}
            </li>
          ))}
        </ul>
      )}
      <BarChart
        className={classes['chart'] ?? ''}
        data={data}
        dataKey={LABEL}
        series={series.map((label, at) => ({
          name: keyOf(at),
          label,
          color: colourOf(placeOf(at)),
        }))}
        type={stacked ? 'stacked' : 'default'}
        valueFormatter={(value) => formatTick(value, unit)}
        xAxisProps={{ tickFormatter: nameOf }}
        yAxisProps={{ width: AXIS_WIDTH_PX, allowDecimals: unit.kind !== 'count' }}
        barChartProps={{ title: model.title, desc: 'The same figures can be viewed as a table.' }}
        maxBarWidth={BAR_MAX_PX}
        barProps={({ name }) => ({
          fill: fillOf(id, placeOf(Number(name.slice(1)))),
          strokeOpacity: 1,
        })}
        tooltipProps={{
          content: <Tip id={id} model={model} />,
        }}
      />
    </div>
  );
}

/** The figures of one place on the axis, which the chart says; series without any are left out. */
function Tip({ id, model, label }: { id: string; model: ChartModel; label?: unknown }) {
  const point = model.points[Number(label)];
  if (!point) return null;
  const figures = point.values.map((value, place) => ({ value, place }));
  const some = figures.filter(({ value }) => value !== null && value !== 0);
  return (
    <div className={classes['tip']}>
      <p>{point.label}</p>
      {(some.length > 0 ? some : figures).map(({ value, place }) => (
        <div key={place}>
          <Sample id={id} place={model.places?.[place] ?? place} />
          <span>{model.series[place]}</span>
          <span className="amount">{formatFigure(value, model.unit)}</span>
        </div>
      ))}
    </div>
  );
}
