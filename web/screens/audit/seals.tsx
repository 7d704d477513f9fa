import { Button } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { answerOf } from '../../lib/api.ts';
import { healthQuery } from '../../lib/queries.ts';
import { count } from '../../lib/words.ts';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Section } from '../../ui/page.tsx';
import { Badge } from '../../ui/state-badge.tsx';
import { auditApi, type SealReport } from './api.ts';
import classes from './audit.module.css';

/** What several parts of the chain came to, put together. */
interface Checked extends Pick<SealReport, 'from' | 'to' | 'height' | 'signatures' | 'findings'> {
  rows: number;
  unsealedRows: number;
}

/** One part of the chain after another, up to its newest seal. */
async function checkAll(onPart: (checked: Checked) => void): Promise<Checked> {
  let from = '1';
  let all = null as Checked | null;
  for (;;) {
    const part = await answerOf(auditApi.verify.$get({ query: { from } }));
    all = {
      ...part,
      from: all?.from ?? part.from,
      rows: (all?.rows ?? 0) + part.rows,
      findings: [...(all?.findings ?? []), ...part.findings],
    };
    onPart(all);
    if (part.to >= part.height || part.to < Number(from)) return all;
    from = String(part.to + 1);
  }
}

/** Whether the sealed rows of the log are as they were written: checked by the API when it is asked. */
export function Seals() {
  const { data: health } = useQuery(healthQuery);
  const [checked, setChecked] = useState<Checked | null>(null);
  const newest = useMutation({
    mutationFn: () => answerOf(auditApi.verify.$get({ query: {} })),
    onSuccess: setChecked,
  });
  const whole = useMutation({ mutationFn: () => checkAll(setChecked) });
  const busy = newest.isPending || whole.isPending;
  const error = newest.error ?? whole.error;
  return (
    <Section
      title="Seals"
      aside={
        health && (
          <span className="soft">
            newest: {health.auditHeight.toLocaleString('en')}; oldest row without one:{' '}
            {Math.round(health.auditUnsealedSeconds)} s
          </span>
        )
      }
    >
      <div className={classes['seals']} aria-live="polite">
        <p>
          {checked ? (
            <Result checked={checked} busy={whole.isPending} />
          ) : (
            'Each row is sealed within seconds, and each seal hangs on the one before. A row that was changed, added or taken away since breaks it.'
          )}
        </p>
        <Button variant="default" disabled={busy} onClick={() => newest.mutate()}>
          Check the newest
        </Button>
        <Button variant="default" disabled={busy} onClick={() => whole.mutate()}>
          Check all
        </Button>
      </div>
      {error && <ErrorPanel error={error} />}
      {checked && checked.findings.length > 0 && (
        <ul className={classes['findings']}>
          {checked.findings.map(({ code, height, what, missingIds, changedIds, addedIds }) => (
            <li key={`${height} ${code}`}>
              Seal {height}, <span className="mono">{code}</span>: {what}{' '}
              {[...missingIds, ...changedIds, ...addedIds].join(', ')}
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

function Result({ checked, busy }: { checked: Checked; busy: boolean }) {
  const { from, to, height, rows, unsealedRows, signatures, findings } = checked;
  const span = `Seals ${from.toLocaleString('en')} to ${to.toLocaleString('en')} of ${height.toLocaleString('en')}, ${count(rows, 'row')}`;
  return (
    <>
      <Badge
        label={findings.length === 0 ? (busy ? 'Checking' : 'As written') : 'Broken'}
        tone={findings.length === 0 ? (busy ? 'move' : 'good') : 'bad'}
      />{' '}
      {span}.{' '}
      {signatures === 'not_checked' &&
        'Signatures were not checked: BURSAR_AUDIT_PUBLIC_KEYS is not set. '}
      {unsealedRows > 0 && `${count(unsealedRows, 'row')} not sealed yet.`}
    </>
  );
}
