import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { answerOf, idempotencyKey } from '../../lib/api.ts';
import { useMay, useSession } from '../../lib/may.ts';
import { actorLabel, type ProviderName } from '../../lib/words.ts';
import { ActButton } from '../../ui/act-button.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Section } from '../../ui/page.tsx';
import { Badge } from '../../ui/state-badge.tsx';
import { Time } from '../../ui/time.tsx';
import { besideApi } from './api.ts';
import { holdsQuery, whyNotPaidQuery, type Hold, type Person, type Why } from './queries.ts';
import { ReasonDialog } from './reason-dialog.tsx';
import classes from './recipient.module.css';

type Standing = Pick<Hold, 'id' | 'reason' | 'owner' | 'expiresAt' | 'createdAt'> & {
  of: string;
};

const OF: Readonly<Record<string, string>> = {
  payee: 'Recipient',
  commission: 'Commission',
  payment: 'Payment',
};

const standingOf = (hold: Why['holds'][number]): Standing => ({
  ...hold,
  of: OF[hold.subject.kind] ?? hold.subject.kind,
});

/** Holds in force on the recipient, its commissions and payments, and those that were released. */
export function HoldsSection({
  person,
  provider,
}: {
  person: Person;
  provider: ProviderName | undefined;
}) {
  const { data: why } = useQuery(whyNotPaidQuery(person.id, provider));
  const { data: holds, error, refetch } = useQuery(holdsQuery(person.id));
  const [released, setReleased] = useState<Standing | null>(null);
  const standing = why?.holds.map(standingOf) ?? [];
  const past = holds?.filter(({ active }) => !active) ?? [];
  if (error && !holds) return <ErrorPanel error={error} onRetry={() => void refetch()} />;
  return (
    <Section title="Holds">
      {standing.length === 0 && past.length === 0 && (
        <p className={`soft ${classes['none']}`}>Nothing is on hold.</p>
      )}
      <ul className={classes['list']}>
        {standing.map((hold) => (
          <StandingHold key={hold.id} hold={hold} onRelease={() => setReleased(hold)} />
        ))}
        {past.map((hold) => (
          <PastHold key={hold.id} hold={hold} />
        ))}
      </ul>
      {released && <Release hold={released} onClose={() => setReleased(null)} />}
    </Section>
  );
}

function StandingHold({ hold, onRelease }: { hold: Standing; onRelease: () => void }) {
  const may = useMay();
  const { actor } = useSession();
  return (
    <li>
      <div>
        <strong>{hold.reason}</strong>{' '}
        <span className="soft">
          {hold.of}, seen to by {actorLabel(hold.owner, actor)}
        </span>
      </div>
      <Badge label="On hold" tone="doubt" />
      {hold.expiresAt && (
        <span className="soft">
          until <Time at={hold.expiresAt} />
        </span>
      )}
      <Time at={hold.createdAt} />
      <ActButton variant="default" size="compact-sm" verdict={may('cancel')} onClick={onRelease}>
        Release
      </ActButton>
    </li>
  );
}

function PastHold({ hold }: { hold: Hold }) {
  const { actor } = useSession();
  return (
    <li>
      <div>
        {hold.reason}{' '}
        <span className="soft">
          released{hold.releasedBy !== null && ` by ${actorLabel(hold.releasedBy, actor)}`}
          {hold.releaseReason !== null && `: ${hold.releaseReason}`}
        </span>
      </div>
      <Badge label="Released" tone="off" />
      <Time at={hold.releasedAt ?? hold.createdAt} />
    </li>
  );
}

function Release({ hold, onClose }: { hold: Standing; onClose: () => void }) {
  const [once] = useState(idempotencyKey);
  return (
    <ReasonDialog
      title="Release this hold"
      label="Release"
      done="Released; what waited for it goes on"
      act={(reason) =>
        answerOf(
          besideApi.holds[':id'].release.$post({ param: { id: hold.id }, json: { reason } }, once),
        )
      }
      onClose={onClose}
    >
      <p style={{ margin: 0 }}>Held because: {hold.reason}</p>
    </ReasonDialog>
  );
}
