import { useInfiniteQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useMay } from '../../lib/may.ts';
import { ActButton } from '../../ui/act-button.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { listProps } from '../../ui/list-props.ts';
import { Empty } from '../../ui/note.tsx';
import { Bar } from '../../ui/page.tsx';
import { columnsOf, type Columns } from '../../ui/table-columns.ts';
import { Time } from '../../ui/time.tsx';
import { ProgrammeChoice, useProgrammeNames } from './programme-choice.tsx';
import { ProposeDialog } from './propose-dialog.tsx';
import { rulesQuery, type Rule } from './queries.ts';
import { RuleDrawer } from './rule-drawer.tsx';
import type { RulesSearch } from './search.ts';
import { termLines } from './term-lines.ts';

const NOTHING: readonly Rule[] = [];
const helper = columnsOf<Rule>();

/** Whom a rule is for, in words. */
export const targetText = ({ groupName, affiliateId }: Rule): string =>
  affiliateId !== null
    ? `Payee ${affiliateId}`
    : groupName === null
      ? 'Everybody'
      : `Group ${groupName}`;

const columnsFor = (nameOf: (programmeId: string) => string): Columns<Rule> =>
  helper.columns([
    helper.display({
      id: 'target',
      header: 'For',
      meta: { width: 'minmax(110px, 1fr)' },
      cell: ({ row: { original } }) => targetText(original),
    }),
    helper.accessor('programmeId', {
      header: 'Programme',
      meta: { width: 'minmax(110px, 1fr)', hideBelow: 800 },
      cell: ({ getValue }) => nameOf(getValue()),
    }),
    helper.display({
      id: 'terms',
      header: 'The newest version says',
      meta: { width: 'minmax(140px, 3fr)' },
      cell: ({ row: { original } }) => (
        <span className="soft">
          {termLines(original.latest.terms)
            .map(({ label, value }) => `${label}: ${value}`)
            .join(' · ') || 'Nothing of its own'}
        </span>
      ),
    }),
    helper.display({
      id: 'from',
      header: 'Holds from',
      meta: { width: '140px', hideBelow: 560 },
      cell: ({ row: { original } }) => <Time at={original.latest.effectiveFrom} />,
    }),
    helper.display({
      id: 'versions',
      header: 'Versions',
      meta: { width: '68px', align: 'end', hideBelow: 560 },
      cell: ({ row: { original } }) => <span className="amount">{original.latest.version}</span>,
    }),
  ]) as Columns<Rule>;

/** The rules by which payees earn and are paid; each opens into its versions. */
export function RulesTab({
  search,
  change,
}: {
  search: RulesSearch;
  change: (changed: Partial<RulesSearch>) => void;
}) {
  const may = useMay();
  const nameOf = useProgrammeNames();
  const list = useInfiniteQuery(rulesQuery(search.programme));
  const rows = useMemo(
    () => list.data?.pages.flatMap(({ rules }) => rules) ?? NOTHING,
    [list.data],
  );
  const columns = useMemo(() => columnsFor(nameOf), [nameOf]);
  const [adding, setAdding] = useState(false);
  const add = (
    <ActButton verdict={may('rules')} onClick={() => setAdding(true)}>
      New rule
    </ActButton>
  );
  return (
    <>
      <Bar label="Filters">
        <ProgrammeChoice value={search.programme} onChange={(programme) => change({ programme })} />
        {add}
      </Bar>
      <div style={{ marginTop: 12 }}>
        <DataTable
          label="Commission rules"
          columns={columns}
          rows={rows}
          {...listProps(list)}
          onOpen={({ id }) => change({ rule: id })}
          empty={
            <Empty title="No rule yet">
              <p>
                Conversions earn nothing until a rule says what. Commissions that are sent in by
                their amounts need none.
              </p>
            </Empty>
          }
        />
      </div>
      <RuleDrawer ruleId={search.rule} onClose={() => change({ rule: undefined })} />
      {adding && <ProposeDialog onClose={() => setAdding(false)} />}
    </>
  );
}
