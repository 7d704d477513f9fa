import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useMay } from '../../lib/may.ts';
import { formatSpan } from '../../lib/time.ts';
import { ActButton } from '../../ui/act-button.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { Facts } from '../../ui/facts.tsx';
import { WHOLE_LIST } from '../../ui/list-props.ts';
import { Money } from '../../ui/money.tsx';
import { Empty } from '../../ui/note.tsx';
import { Bar, Section } from '../../ui/page.tsx';
import { Badge } from '../../ui/state-badge.tsx';
import { columnsOf, type Columns } from '../../ui/table-columns.ts';
import { policyQuery } from '../security/queries.ts';
import { ApprovalRuleDrawer } from './approval-rule-drawer.tsx';
import { ApprovalRuleDialog } from './approval-rule-dialog.tsx';
import { conditionLines, stepsText } from './approval-words.ts';
import { approvalRulesQuery, type ApprovalRule } from './queries.ts';
import classes from './rules.module.css';

const NOTHING: readonly ApprovalRule[] = [];
const helper = columnsOf<ApprovalRule>();

const columnsFor = (baseCurrency: string | undefined): Columns<ApprovalRule> =>
  helper.columns([
    helper.accessor('name', { header: 'Rule', meta: { width: 'minmax(110px, 1fr)' } }),
    helper.accessor('enabled', {
      header: 'State',
      meta: { width: '60px' },
      cell: ({ getValue }) =>
        getValue() ? <Badge label="On" tone="good" /> : <Badge label="Off" tone="off" />,
    }),
    helper.display({
      id: 'when',
      header: 'When',
      meta: { width: 'minmax(140px, 2fr)', hideBelow: 560 },
      cell: ({ row: { original } }) =>
        conditionLines(original, baseCurrency).join(', and ') || 'always',
    }),
    helper.display({
      id: 'who',
      header: 'Asks for',
      meta: { width: 'minmax(110px, 1fr)' },
      cell: ({ row: { original } }) => stepsText(original),
    }),
    helper.accessor('expiresAfterMinutes', {
      header: 'Expires after',
      meta: { width: '96px', align: 'end', hideBelow: 1080 },
      cell: ({ getValue }) => {
        const minutes = getValue();
        return minutes === null ? <span className="soft">never</span> : formatSpan(minutes * 60);
      },
    }),
  ]) as Columns<ApprovalRule>;

/** The rules that say whose approval a batch needs, beside what the policy asks for. */
export function ApprovalRulesTab() {
  const may = useMay();
  const list = useQuery(approvalRulesQuery);
  const policy = useQuery({ ...policyQuery, enabled: may('audit').allowed });
  const [open, setOpen] = useState<string | undefined>();
  const [adding, setAdding] = useState(false);
  const rows = useMemo(() => list.data ?? NOTHING, [list.data]);
  const base = policy.data?.baseCurrency;
  const columns = useMemo(() => columnsFor(base), [base]);
  return (
    <div className={classes['stack']}>
      <Bar label="Actions">
        <ActButton verdict={may('settings')} onClick={() => setAdding(true)}>
          New approval rule
        </ActButton>
      </Bar>
      <DataTable
        label="Approval rules"
        columns={columns}
        rows={rows}
        {...WHOLE_LIST}
        isPending={list.isPending}
        error={list.error}
        onRetry={() => void list.refetch()}
        onOpen={({ id }) => setOpen(id)}
        empty={
          <Empty title="No approval rule yet">
            <p>Batches need only the approvals that the security policy asks for.</p>
          </Empty>
        }
      />
      {policy.data && (
        <Section
          title="What the policy asks for"
          aside={
            <Link to="/security" search={{ tab: 'policy' }}>
              The whole policy
            </Link>
          }
        >
          <div className={classes['none']}>
            <Facts
              facts={{
                'An administrator from': (
                  <Money
                    amount={policy.data.inForce.highValueAmount}
                    currency={policy.data.inForce.baseCurrency}
                  />
                ),
                'A second one from': `${policy.data.inForce.secondApproverFactor} times that`,
                'Time to undo':
                  policy.data.inForce.undoWindowSeconds === 0
                    ? 'none'
                    : formatSpan(policy.data.inForce.undoWindowSeconds),
              }}
            />
          </div>
        </Section>
      )}
      <ApprovalRuleDrawer
        rule={rows.find(({ id }) => id === open)}
        baseCurrency={base}
        onClose={() => setOpen(undefined)}
      />
      {adding && <ApprovalRuleDialog rule={null} onClose={() => setAdding(false)} />}
    </div>
  );
}
