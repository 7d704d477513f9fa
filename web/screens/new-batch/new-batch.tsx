import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { answerOf, batchApi } from '../../lib/api.ts';
import { useFilters } from '../../lib/filters.ts';
import { readPicked } from '../../lib/picked.ts';
import type { Preview } from '../../lib/queries.ts';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Page } from '../../ui/page.tsx';
import { ChooseStep } from './choose-step.tsx';
import { ConfirmStep } from './confirm-step.tsx';
import { differenceOf, type Difference } from './difference.ts';
import { DifferenceNote } from './difference-note.tsx';
import { PreviewStep } from './preview-step.tsx';
import { requestOf } from './request.ts';
import { readNewBatchSearch } from './search.ts';
import { StepHeads } from './step-heads.tsx';

const NOBODY: readonly string[] = [];

export type StepName = 'choose' | 'preview' | 'confirm';

/**
 * A batch in three steps. What was previewed is what is made: the preview's hash goes with the creation,
 * and where something has changed since, that is shown before anybody confirms it again.
 */
export function NewBatch() {
  const [search, change] = useFilters(readNewBatchSearch);
  const [kept] = useState(readPicked);
  const picked = search.picked ? kept : NOBODY;
  const [step, setStep] = useState<StepName>('choose');
  const [difference, setDifference] = useState<Difference | null>(null);
  const request = requestOf(search, picked);
  const preview = useMutation({
    mutationFn: () => answerOf(batchApi.batches.preview.$post({ json: request })),
    onSuccess: () => setStep('preview'),
  });
  const look = () => {
    setDifference(null);
    preview.mutate();
  };
  /** The preview no longer fits: looks again, and says what has become different. */
  const lookAgain = (before: Preview) =>
    preview.mutate(undefined, {
      onSuccess: (after) => setDifference(differenceOf(before, after)),
    });
  return (
    <Page title="New batch">
      <StepHeads step={step} />
      {step === 'choose' && (
        <ChooseStep
          search={search}
          picked={picked.length}
          change={change}
          isPending={preview.isPending}
          onNext={look}
        />
      )}
      {preview.error && <ErrorPanel error={preview.error} onRetry={look} />}
      {difference && <DifferenceNote difference={difference} />}
      {step === 'preview' && preview.data && (
        <PreviewStep
          preview={preview.data}
          back={
            <Button variant="default" onClick={() => setStep('choose')}>
              Back
            </Button>
          }
          onNext={() => setStep('confirm')}
        />
      )}
      {step === 'confirm' && preview.data && (
        <ConfirmStep
          preview={preview.data}
          request={request}
          onBack={() => setStep('preview')}
          onStale={() => lookAgain(preview.data)}
        />
      )}
    </Page>
  );
}
