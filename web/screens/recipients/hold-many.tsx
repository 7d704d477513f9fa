import { Progress, Textarea } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answerOf, idempotencyKey } from '../../lib/api.ts';
import { useMay } from '../../lib/may.ts';
import { allOf, no, YES } from '../../lib/verdict.ts';
import { count } from '../../lib/words.ts';
import { ActButton } from '../../ui/act-button.tsx';
import { AskDialog } from '../../ui/ask-dialog.tsx';
import { recipientsApi } from './api.ts';

/** Each is held by a call of its own. */
const HELD_MAX = 500;

/** Puts all payees that are picked on hold, for one reason. */
export function HoldMany({
  affiliateIds,
  onDone,
}: {
  affiliateIds: readonly string[];
  onDone: () => void;
}) {
  const may = useMay();
  const [asked, setAsked] = useState(false);
  const verdict = allOf(
    affiliateIds.length > HELD_MAX ? no(`At most ${HELD_MAX} at a time.`) : YES,
    may('cancel'),
  );
  return (
    <>
      <ActButton variant="default" verdict={verdict} onClick={() => setAsked(true)}>
        Put on hold
      </ActButton>
      {asked && (
        <HoldDialog
          affiliateIds={affiliateIds}
          onClose={() => setAsked(false)}
          onDone={() => {
            setAsked(false);
            onDone();
          }}
        />
      )}
    </>
  );
}

interface Target {
  id: string;
  /** A hold that was placed already is not placed again, however often it is tried. */
  once: ReturnType<typeof idempotencyKey>;
}

function HoldDialog({
  affiliateIds,
  onClose,
  onDone,
}: {
  affiliateIds: readonly string[];
  onClose: () => void;
  onDone: () => void;
}) {
  const [targets] = useState<readonly Target[]>(() =>
    affiliateIds.map((id) => ({ id, once: idempotencyKey() })),
  );
  const [reason, setReason] = useState('');
  const [held, setHeld] = useState(0);
  const queries = useQueryClient();
  const place = async () => {
    for (const { id, once } of targets.slice(held)) {
      const json = { subject: 'payee' as const, id, reason: reason.trim() };
      await answerOf(recipientsApi.holds.$post({ json }, once));
      setHeld((before) => before + 1);
    }
  };
  const refresh = async () => {
    await queries.invalidateQueries({ queryKey: ['payables'] });
    await queries.invalidateQueries({ queryKey: ['recipients'] });
  };
  return (
    <AskDialog
      title={`Put ${count(targets.length, 'payee')} on hold`}
      label={held > 0 ? 'Go on' : 'Put on hold'}
      ready={reason.trim() !== ''}
      act={place}
      onDone={async () => {
        notifications.show({ message: `On hold: ${count(targets.length, 'payee')}` });
        onDone();
        await refresh();
      }}
      onClose={() => {
        onClose();
        void refresh();
      }}
    >
      <p style={{ margin: 0 }}>
        No batch pays them until the hold is released. What is in a payment already goes on.
      </p>
      <Textarea
        label="Reason"
        required
        withAsterisk={false}
        data-autofocus
        maxLength={500}
        disabled={held > 0}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      {held > 0 && (
        <>
          <Progress value={(held / targets.length) * 100} aria-label="Put on hold so far" />
          <span className="soft">
            {held.toLocaleString('en')} of {targets.length.toLocaleString('en')}
          </span>
        </>
      )}
    </AskDialog>
  );
}
