import { useInfiniteQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useSession } from '../../lib/may.ts';
import { actorLabel } from '../../lib/words.ts';
import { DataTable } from '../../ui/data-table.tsx';
import { Choice } from '../../ui/filters.tsx';
import { listProps } from '../../ui/list-props.ts';
import { Empty } from '../../ui/note.tsx';
import { Bar } from '../../ui/page.tsx';
import { Badge } from '../../ui/state-badge.tsx';
import { columnsOf, type Columns } from '../../ui/table-columns.ts';
import { Age } from '../../ui/time.tsx';
import { risksQuery, type RiskEvent } from './queries.ts';
import { RiskDrawer } from './risk-drawer.tsx';
import { LEVELS, OWNERS, RISK_STATES, type SecuritySearch } from './search.ts';
import { LEVEL_TONES, riskRuleLabel } from './words.ts';

const NOTHING: readonly RiskEvent[] = [];
const STATES = { OPEN: 'Open', RESOLVED: 'Decided' } as const;
const OWNER_LABELS = { nobody: 'Nobody', you: 'You' } as const;
const helper = columnsOf<RiskEvent>();

const columnsFor = (ownActor: string): Columns<RiskEvent> =>
  helper.columns([
    helper.accessor('level', {
      header: 'Level',
      meta: { width: '76px' },
      cell: ({ getValue }) => <Badge label={getValue()} tone={LEVEL_TONES[getValue()]} />,
    }),
    helper.accessor('rule', {
      header: 'What',
      meta: { width: 'minmax(120px, 1fr)' },
      cell: ({ getValue }) => riskRuleLabel(getValue()),
    }),
    helper.accessor('explanation', {
      header: 'Why',
      meta: { width: 'minmax(160px, 3fr)', hideBelow: 560 },
      cell: ({ getValue }) => <span className="soft">{getValue()}</span>,
    }),
    helper.accessor('status', {
      header: 'State',
      meta: { width: '80px', hideBelow: 800 },
      cell: ({ getValue }) => (
        <Badge label={STATES[getValue()]} tone={getValue() === 'OPEN' ? 'wait' : 'off'} />
      ),
    }),
    helper.accessor('owner', {
      header: 'Looked after by',
      meta: { width: '120px', hideBelow: 1080 },
      cell: ({ getValue }) => {
        const owner = getValue();
        return owner === null ? <span className="soft">nobody</span> : actorLabel(owner, ownActor);
      },
    }),
    helper.accessor('createdAt', {
      header: 'Age',
      meta: { width: '60px', align: 'end' },
      cell: ({ getValue }) => <Age at={getValue()} />,
    }),
  ]) as Columns<RiskEvent>;

/** What the rules of suspicious activity found: a list to work through. */
export function RiskTab({
  search,
  change,
}: {
  search: SecuritySearch;
  change: (changed: Partial<SecuritySearch>) => void;
}) {
  const { actor } = useSession();
  const owner = search.owner === 'you' ? actor : search.owner === 'nobody' ? 'none' : undefined;
  const list = useInfiniteQuery(
    risksQuery({
      ...(search.status && { status: search.status }),
      ...(search.level && { level: search.level }),
      ...(owner && { owner }),
    }),
  );
  const rows = useMemo(
    () => list.data?.pages.flatMap(({ riskEvents }) => riskEvents) ?? NOTHING,
    [list.data],
  );
  const columns = useMemo(() => columnsFor(actor), [actor]);
  return (
    <>
      <Bar label="Filters">
        <Choice
          label="State"
          value={search.status}
          values={RISK_STATES}
          labelOf={(state) => STATES[state]}
          onChange={(status) => change({ status })}
        />
        <Choice
          label="Level"
          value={search.level}
          values={LEVELS}
          labelOf={(level) => level}
          onChange={(level) => change({ level })}
        />
        <Choice
          label="Looked after by"
          value={search.owner}
          values={OWNERS}
          labelOf={(each) => OWNER_LABELS[each]}
          none="Anybody"
          onChange={(to) => change({ owner: to })}
        />
      </Bar>
      <div style={{ marginTop: 12 }}>
        <DataTable
          label="Risk events"
          columns={columns}
          rows={rows}
          {...listProps(list)}
          onOpen={({ id }) => change({ event: id })}
          empty={
            <Empty title="Nothing looks suspicious">
              <p>
                Events come here when a rule speaks: a changed account before a large payment, a
                sign-in from two networks, and others. What they hold waits for a word.
              </p>
            </Empty>
          }
        />
      </div>
      <RiskDrawer eventId={search.event} onClose={() => change({ event: undefined })} />
    </>
  );
}
