import { useState } from 'react';
import { answerOf, idempotencyKey } from '../../lib/api.ts';
import { useMay } from '../../lib/may.ts';
import { ActButton } from '../../ui/act-button.tsx';
import { affiliateApi, besideApi } from './api.ts';
import { EditDialog } from './edit-dialog.tsx';
import { PayDialog } from './pay-dialog.tsx';
import type { Person } from './queries.ts';
import { ReasonDialog } from './reason-dialog.tsx';
import { AskDialog } from '../../ui/ask-dialog.tsx';
import { useRefreshRecipient } from './use-refresh-recipient.ts';

type Asked = 'pay' | 'edit' | 'hold' | 'suspend' | 'unsuspend';

/** What may be done with a recipient as a whole; paying comes first. */
export function RecipientActions({ person }: { person: Person }) {
  const may = useMay();
  const [asked, setAsked] = useState<Asked | null>(null);
  const close = () => setAsked(null);
  const suspended = person.suspendedAt !== null;
  return (
    <>
      <ActButton variant="default" verdict={may('create')} onClick={() => setAsked('edit')}>
        Edit
      </ActButton>
      <ActButton
        variant="default"
        verdict={may('cancel')}
        onClick={() => setAsked(suspended ? 'unsuspend' : 'suspend')}
      >
        {suspended ? 'End suspension' : 'Suspend'}
      </ActButton>
      <ActButton variant="default" verdict={may('cancel')} onClick={() => setAsked('hold')}>
        Put on hold
      </ActButton>
      <ActButton verdict={may('create')} onClick={() => setAsked('pay')}>
        Pay now
      </ActButton>
      {asked === 'pay' && <PayDialog person={person} onClose={close} />}
      {asked === 'edit' && <EditDialog person={person} onClose={close} />}
      {asked === 'hold' && <PlaceHold person={person} onClose={close} />}
      {asked === 'suspend' && <Suspend person={person} onClose={close} />}
      {asked === 'unsuspend' && <EndSuspension person={person} onClose={close} />}
    </>
  );
}

interface Props {
  person: Person;
  onClose: () => void;
}

function PlaceHold({ person: { id, fullName }, onClose }: Props) {
  const [once] = useState(idempotencyKey);
  return (
    <ReasonDialog
      title={`Put ${fullName} on hold`}
      label="Put on hold"
      done={`On hold: ${fullName}`}
      act={(reason) =>
        answerOf(besideApi.holds.$post({ json: { subject: 'payee', id, reason } }, once))
      }
      onClose={onClose}
    >
      <p style={{ margin: 0 }}>
        No batch pays {fullName} until the hold is released. What is in a payment already goes on.
      </p>
    </ReasonDialog>
  );
}

function Suspend({ person: { id, fullName }, onClose }: Props) {
  return (
    <ReasonDialog
      title={`Suspend ${fullName}`}
      label="Suspend"
      done={`Suspended: ${fullName}`}
      reasonMax={1_000}
      act={(reason) =>
        answerOf(
          affiliateApi.affiliates[':id'].$patch({ param: { id }, json: { suspended: { reason } } }),
        )
      }
      onClose={onClose}
    >
      <p style={{ margin: 0 }}>
        Conversions from now on earn nothing. What was earned before stays, and is paid unless it is
        put on hold as well.
      </p>
    </ReasonDialog>
  );
}

function EndSuspension({ person: { id, fullName, suspendedReason }, onClose }: Props) {
  const refresh = useRefreshRecipient();
  return (
    <AskDialog
      title={`End the suspension of ${fullName}`}
      label="End suspension"
      act={() =>
        answerOf(
          affiliateApi.affiliates[':id'].$patch({ param: { id }, json: { suspended: null } }),
        )
      }
      onDone={async () => {
        onClose();
        await refresh();
      }}
      onClose={onClose}
    >
      <p style={{ margin: 0 }}>
        Suspended because: {suspendedReason}. Conversions from now on earn again.
      </p>
    </AskDialog>
  );
}
