import { Button, Group, Modal, NativeSelect, Textarea, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answerOf, idempotencyKey } from '../../lib/api.ts';
import { useReturnFocus } from '../../lib/return-focus.ts';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { ruleApi } from './api.ts';
import { DryRunResult } from './dry-run-result.tsx';
import { programmesQuery, type Rule, type RuleVersion, type Terms } from './queries.ts';
import classes from './rules.module.css';

/** The rule that gets a version more; without it a rule is made. */
interface Target {
  rule: Pick<Rule, 'programmeId' | 'groupName' | 'affiliateId'>;
  newest: RuleVersion;
}

const EXAMPLE: Terms = {
  commission: [{ currency: 'USD', rate: { kind: 'percentage', bps: 1_000 } }],
  holdingDays: 14,
};

/** Terms as somebody typed them, or why they are none. What they may say is the API's to judge. */
function readTyped(text: string): { terms: Terms } | { reason: string } {
  try {
    const terms: unknown = JSON.parse(text);
    if (typeof terms === 'object' && terms !== null && !Array.isArray(terms)) return { terms };
    return { reason: 'Terms are an object, like { "holdingDays": 14 }.' };
  } catch (error) {
    return { reason: error instanceof Error ? error.message : 'This is no JSON.' };
  }
}

const dayOf = (date: Date): string => date.toISOString().slice(0, 10);

/** The month before this one, in UTC. */
function lastMonth(): { from: string; to: string } {
  const now = new Date();
  const [year, month] = [now.getUTCFullYear(), now.getUTCMonth()];
  return {
    from: dayOf(new Date(Date.UTC(year, month - 1))),
    to: dayOf(new Date(Date.UTC(year, month))),
  };
}

const tomorrow = (): string => dayOf(new Date(Date.now() + 86_400_000));

/** What is typed in the dialog. */
function useDraft(target: Target | undefined) {
  const [draft, setDraft] = useState(() => ({
    programmeId: target?.rule.programmeId ?? '',
    groupName: target?.rule.groupName ?? '',
    affiliateId: target?.rule.affiliateId ?? '',
    terms: JSON.stringify(target?.newest.terms ?? EXAMPLE, null, 2),
    effectiveFrom: tomorrow(),
    note: '',
    ...lastMonth(),
  }));
  return { draft, set: (changed: Partial<typeof draft>) => setDraft({ ...draft, ...changed }) };
}

type Draft = ReturnType<typeof useDraft>['draft'];

const bodyOf = ({ programmeId, groupName, affiliateId, note }: Draft, terms: Terms) => ({
  ...(programmeId !== '' && { programmeId }),
  ...(groupName.trim() !== '' && { groupName: groupName.trim() }),
  ...(affiliateId.trim() !== '' && { affiliateId: affiliateId.trim() }),
  ...(note.trim() !== '' && { note: note.trim() }),
  terms,
});

/** Tries what is typed out, and makes a version of it. */
function useCalls(draft: Draft, terms: Terms, onClose: () => void) {
  const [once] = useState(idempotencyKey);
  const queries = useQueryClient();
  const dryRun = useMutation({
    mutationFn: () =>
      answerOf(
        ruleApi.rules['dry-run'].$post({
          json: { ...bodyOf(draft, terms), from: draft.from, to: draft.to },
        }),
      ),
  });
  const add = useMutation({
    mutationFn: () =>
      answerOf(
        ruleApi.rules.$post(
          { json: { ...bodyOf(draft, terms), effectiveFrom: draft.effectiveFrom } },
          once,
        ),
      ),
    onSuccess: async ({ version }) => {
      onClose();
      notifications.show({
        message: `Version ${version.version} holds from ${draft.effectiveFrom}`,
      });
      await queries.invalidateQueries({ queryKey: ['rules'] });
    },
  });
  return { dryRun, add };
}

/** Tries terms out on a past period, and makes a version of them once they are right. */
export function ProposeDialog({ target, onClose }: { target?: Target; onClose: () => void }) {
  useReturnFocus();
  const { draft, set } = useDraft(target);
  const typed = readTyped(draft.terms);
  const terms = 'terms' in typed ? typed.terms : {};
  const { dryRun, add } = useCalls(draft, terms, onClose);
  return (
    <Modal
      opened
      onClose={onClose}
      size={760}
      title={target ? `Version ${target.newest.version + 1}` : 'New rule'}
    >
      <form
        className={classes['stack']}
        onSubmit={(event) => {
          event.preventDefault();
          dryRun.mutate();
        }}
      >
        {!target && <TargetFields draft={draft} set={set} />}
        <TermsField draft={draft} set={set} error={'reason' in typed ? typed.reason : null} />
        <SpanFields draft={draft} set={set} />
        {(dryRun.error ?? add.error) && <ErrorPanel error={dryRun.error ?? add.error} />}
        {dryRun.data && <DryRunResult result={dryRun.data} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Not now
          </Button>
          <Button
            type="submit"
            variant="default"
            loading={dryRun.isPending}
            disabled={'reason' in typed}
          >
            Try it on that period
          </Button>
          <Button
            loading={add.isPending}
            disabled={'reason' in typed || draft.effectiveFrom === ''}
            onClick={() => add.mutate()}
          >
            Add this version
          </Button>
        </Group>
      </form>
    </Modal>
  );
}

interface FieldProps {
  draft: Draft;
  set: (changed: Partial<Draft>) => void;
}

function TargetFields({ draft, set }: FieldProps) {
  const { data: programmes = [] } = useQuery(programmesQuery);
  return (
    <div className={classes['pair']}>
      <NativeSelect
        label="Programme"
        value={draft.programmeId}
        data={programmes.map(({ id, name }) => ({ value: id, label: name }))}
        onChange={(event) => set({ programmeId: event.currentTarget.value })}
      />
      <TextInput
        label="Only for the group"
        value={draft.groupName}
        disabled={draft.affiliateId !== ''}
        onChange={(event) => set({ groupName: event.currentTarget.value })}
      />
      <TextInput
        label="Only for the payee"
        placeholder="pay_…"
        value={draft.affiliateId}
        disabled={draft.groupName !== ''}
        onChange={(event) => set({ affiliateId: event.currentTarget.value })}
      />
    </div>
  );
}

function TermsField({ draft, set, error }: FieldProps & { error: string | null }) {
  return (
    <Textarea
      label="Terms"
      description="Amounts in minor units, rates in basis points: 1000 are 10%. What is left out is not decided here."
      className={classes['code'] ?? ''}
      spellCheck={false}
      minRows={6}
      maxRows={16}
      value={draft.terms}
      error={error}
      onChange={(event) => set({ terms: event.currentTarget.value })}
    />
  );
}

function SpanFields({ draft, set }: FieldProps) {
  return (
    <>
      <div className={classes['pair']}>
        <TextInput
          type="date"
          label="Tried on what was earned from"
          value={draft.from}
          onChange={(event) => set({ from: event.currentTarget.value })}
        />
        <TextInput
          type="date"
          label="to, not included"
          value={draft.to}
          onChange={(event) => set({ to: event.currentTarget.value })}
        />
      </div>
      <div className={classes['pair']}>
        <TextInput
          type="date"
          label="Holds from (UTC)"
          value={draft.effectiveFrom}
          onChange={(event) => set({ effectiveFrom: event.currentTarget.value })}
        />
        <TextInput
          label="Note"
          maxLength={1_000}
          value={draft.note}
          onChange={(event) => set({ note: event.currentTarget.value })}
        />
      </div>
    </>
  );
}
