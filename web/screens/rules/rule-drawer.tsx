import { Drawer, NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useMay, useSession } from '../../lib/may.ts';
import { actorLabel } from '../../lib/words.ts';
import { ActButton } from '../../ui/act-button.tsx';
import { CopyId } from '../../ui/copy-id.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Facts } from '../../ui/facts.tsx';
import { Section } from '../../ui/page.tsx';
import { Badge } from '../../ui/state-badge.tsx';
import { TableSkeleton } from '../../ui/table-skeleton.tsx';
import { Time } from '../../ui/time.tsx';
import { useNow } from '../../lib/now.ts';
import { ProposeDialog } from './propose-dialog.tsx';
import { useProgrammeNames } from './programme-choice.tsx';
import { ruleQuery, type RuleVersion } from './queries.ts';
import { compareTerms, type TermDifference } from './term-lines.ts';
import classes from './rules.module.css';

/** One rule beside the list: what it says, what each version changed, and what another would come to. */
export function RuleDrawer({
  ruleId,
  onClose,
}: {
  ruleId: string | undefined;
  onClose: () => void;
}) {
  return (
    <Drawer
      opened={ruleId !== undefined}
      onClose={onClose}
      size={680}
      title="Rule"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {ruleId !== undefined && <Known ruleId={ruleId} />}
    </Drawer>
  );
}

function Known({ ruleId }: { ruleId: string }) {
  const { data, error, refetch } = useQuery(ruleQuery(ruleId));
  const may = useMay();
  const nameOf = useProgrammeNames();
  const [proposing, setProposing] = useState(false);
  if (error && !data) return <ErrorPanel error={error} onRetry={() => void refetch()} />;
  const newest = data?.versions[0];
  if (!data || !newest) return <TableSkeleton />;
  const { rule, versions } = data;
  return (
    <div className={classes['stack']}>
      <Facts
        facts={{
          Rule: <CopyId id={rule.id} label="rule id" />,
          Programme: nameOf(rule.programmeId),
          Group: rule.groupName,
          Payee: rule.affiliateId && <CopyId id={rule.affiliateId} label="payee id" />,
          Made: <Time at={rule.createdAt} />,
        }}
      />
      <div>
        <ActButton verdict={may('rules')} onClick={() => setProposing(true)}>
          Propose a version
        </ActButton>
      </div>
      <Comparison key={newest.version} versions={versions} />
      <Versions versions={versions} />
      {proposing && <ProposeDialog target={{ rule, newest }} onClose={() => setProposing(false)} />}
    </div>
  );
}

/** Two versions beside each other; at first the newest and the one before it. */
function Comparison({ versions }: { versions: readonly RuleVersion[] }) {
  const [now, setNow] = useState(versions[0]?.version ?? 0);
  const [was, setWas] = useState(versions[1]?.version ?? 0);
  const find = (version: number) => versions.find((each) => each.version === version);
  const [after, before] = [find(now), find(was)];
  const lines = compareTerms(before?.terms ?? {}, after?.terms ?? {});
  const choose = (label: string, value: number, set: (version: number) => void, none: boolean) => (
    <NativeSelect
      label={label}
      value={String(value)}
      data={[
        ...(none ? [{ value: '0', label: 'Nothing' }] : []),
        ...versions.map(({ version }) => ({
          value: String(version),
          label: `Version ${version}`,
        })),
      ]}
      onChange={(event) => set(Number(event.currentTarget.value))}
    />
  );
  return (
    <Section title="What it says">
      <div className={classes['none']}>
        <div className={classes['pair']}>
          {choose('Shown', now, setNow, false)}
          {choose('Compared with', was, setWas, true)}
        </div>
      </div>
      {lines.length === 0 ? (
        <p className={`soft ${classes['none']}`}>
          It decides nothing: what holds for everybody holds here too.
        </p>
      ) : (
        <table className={classes['table']}>
          <thead>
            <tr>
              <th scope="col">Term</th>
              <th scope="col">{before ? `Version ${was}, then ${now}` : `Version ${now}`}</th>
            </tr>
          </thead>
          <tbody>
            {lines.map((line) => (
              <Line key={line.label} line={line} compared={before !== undefined} />
            ))}
          </tbody>
        </table>
      )}
    </Section>
  );
}

function Line({ line, compared }: { line: TermDifference; compared: boolean }) {
  const changed = compared && line.changed;
  return (
    <tr data-changed={changed || undefined}>
      <th scope="row">{line.label}</th>
      <td>
        {changed && <del>{line.before ?? 'not decided'}</del>}
        {changed && ' → '}
        {line.after ?? (changed ? 'not decided any more' : line.before)}
      </td>
    </tr>
  );
}

function Versions({ versions }: { versions: readonly RuleVersion[] }) {
  const { actor } = useSession();
  const nowMs = useNow();
  return (
    <Section title={`Versions (${versions.length})`}>
      <ul className={classes['lines']}>
        {versions.map((version) => (
          <li key={version.version}>
            <span>
              <strong>Version {version.version}</strong>{' '}
              <Standing version={version} nowMs={nowMs} />{' '}
              <span className="soft">{version.note}</span>
            </span>
            <span>
              <Time at={version.effectiveFrom} /> to{' '}
              {version.effectiveTo === null ? 'open' : <Time at={version.effectiveTo} />}
            </span>
            <span className="soft">{actorLabel(version.createdBy, actor)}</span>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Standing({ version, nowMs }: { version: RuleVersion; nowMs: number }) {
  if (Date.parse(version.effectiveFrom) > nowMs) return <Badge label="To come" tone="wait" />;
  if (version.effectiveTo !== null && Date.parse(version.effectiveTo) <= nowMs)
    return <Badge label="Ended" tone="off" />;
  return <Badge label="In force" tone="good" />;
}
