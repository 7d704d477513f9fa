import { existsSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { makeMetrics } from '../../api/metrics.ts';
import { openDatabase } from '../../db/client.ts';
import { MEASURES } from '../../domain/alerts/measures.ts';
import { codeSpans, page, readText, root, tableRows } from './pages.ts';

const DASHBOARD = 'monitoring/grafana/bursar.json';
const RULES = 'monitoring/prometheus/rules.yml';

const panel = z.object({
  type: z.string(),
  title: z.string(),
  gridPos: z.object({ x: z.number(), y: z.number(), w: z.number(), h: z.number() }),
  targets: z.array(z.object({ expr: z.string(), legendFormat: z.string() })).optional(),
});
const { panels } = z.object({ panels: z.array(panel) }).parse(JSON.parse(readText(DASHBOARD)));
const { groups } = z
  .object({
    groups: z.array(
      z.object({
        name: z.string(),
        rules: z.array(
          z.object({
            alert: z.string(),
            expr: z.string(),
            labels: z.object({ severity: z.enum(['info', 'warning', 'critical']) }),
            annotations: z.object({ summary: z.string() }),
          }),
        ),
      }),
    ),
  })
  .parse(parse(readText(RULES)));
const rules = groups.flatMap((group) => group.rules);
const expressions = [
  ...panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)),
  ...rules.map(({ expr }) => expr),
];

/** The metrics that an expression of Prometheus names: what is left without labels, functions and words. */
function metricsIn(expression: string): string[] {
  const bare = expression
    .replaceAll(/"[^"]*"/g, '')
    .replaceAll(/\{[^}]*\}/g, '')
    .replaceAll(/\[[^\]]*\]/g, '')
    .replaceAll(/\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/g, '');
  return [...bare.matchAll(/(?<![\w.])[a-z_:][\w:]*(?!\s*\()\b/gi)]
    .map(([name]) => name)
    .filter((name) => !/^(?:and|or|unless|bool|offset|sum|max|min|avg|count)$/.test(name));
}

/** Of the database nothing is needed but that it is not there. */
const db = openDatabase('postgres://nobody@127.0.0.1:1/none');
let served: Set<string>;
beforeAll(async () => {
  const metrics = makeMetrics(db, {
    askTemporal: () => Promise.resolve({ server: false, worker: false }),
    streamsOpen: () => 0,
  });
  served = new Set(
    [...(await metrics.text()).matchAll(/^# TYPE (\S+)/gm)].map(([, name = '']) => name),
  );
});
afterAll(() => db.close());

describe('the metrics that the dashboard and the rules name', () => {
  it('are found in an expression', () => {
    expect(
      metricsIn(
        'histogram_quantile(0.95, sum by (route, le) (rate(a_seconds_bucket{job="x_y"}[5m]))) / max(b) > 0.02',
      ),
    ).toEqual(['a_seconds_bucket', 'b']);
  });

  it('are served by the API, or by the SDK of Temporal in the worker', () => {
    const named = [...new Set(expressions.flatMap(metricsIn))].filter(
      (name) => name !== 'up' && !name.startsWith('temporal_'),
    );
    expect(named.length).toBeGreaterThan(20);
    const unknown = named.filter(
      (name) => !served.has(name) && !served.has(name.replace(/_(?:bucket|sum|count)$/, '')),
    );
    expect(unknown).toEqual([]);
  });

  it('are written down in docs/monitoring.md', () => {
    const written = codeSpans(page('docs/monitoring.md'));
    const named = new Set(expressions.flatMap(metricsIn));
    const unknown = [...named].filter(
      (name) =>
        /^(?:bursar|temporal)_/.test(name) &&
        !written.includes(name.replace(/_(?:bucket|sum|count)$/, '')),
    );
    expect(unknown).toEqual([]);
  });

  it('are all that Bursar serves: the dashboard shows each of its own', () => {
    const shown = new Set(
      panels.flatMap(({ targets = [] }) =>
        targets.flatMap(({ expr }) =>
          metricsIn(expr).map((name) => name.replace(/_(?:bucket|sum|count)$/, '')),
        ),
      ),
    );
    const own = [...served].filter((name) => name.startsWith('bursar_'));
    expect(own.filter((name) => !shown.has(name) && name !== 'bursar_metrics_readable')).toEqual(
      [],
    );
  });
});

describe('the dashboard', () => {
  it('has panels that lie side by side, each with a title', () => {
    for (const { gridPos, title } of panels) {
      expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
      expect(title).not.toBe('');
    }
    const taken = new Set<string>();
    for (const { gridPos } of panels) {
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
          expect(taken.has(`${x}/${y}`)).toBe(false);
          taken.add(`${x}/${y}`);
        }
      }
    }
  });
});

describe('docs/alerts.md', () => {
  const text = page('docs/alerts.md');
  const names = (heading: string) =>
    tableRows(text, heading)
      .slice(1)
      .map(([name = '']) => name.replaceAll('`', ''));

  it('tells of every measure what it counts, and what to do', () => {
    expect(names('## Measures').toSorted()).toEqual(MEASURES.toSorted());
    expect(names('## What to do').toSorted()).toEqual(MEASURES.toSorted());
  });

  it('names files that are there, and rules whose names differ', () => {
    for (const file of [DASHBOARD, RULES]) expect(existsSync(path.join(root, file))).toBe(true);
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
  });
});
