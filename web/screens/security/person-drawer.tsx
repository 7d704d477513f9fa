import { Drawer } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useMay, useSession } from '../../lib/may.ts';
import { allOf, no, YES, type Verdict } from '../../lib/verdict.ts';
import { actorLabel } from '../../lib/words.ts';
import { ActButton } from '../../ui/act-button.tsx';
import { CopyId } from '../../ui/copy-id.tsx';
import { Facts } from '../../ui/facts.tsx';
import { Note } from '../../ui/note.tsx';
import { Bar, Section } from '../../ui/page.tsx';
import { Badge } from '../../ui/state-badge.tsx';
import { Time } from '../../ui/time.tsx';
import {
  InvitationDialog,
  useIsHighest,
  useRolesBelow,
  type Invitation,
} from './invite-dialog.tsx';
import { PersonBadge } from './person-badge.tsx';
import { PersonDialog, type PersonAct } from './person-dialog.tsx';
import { roleHistoryQuery, signInsQuery, type Person } from './queries.ts';
import { deviceLabel, roleLabel } from './words.ts';
import classes from './security.module.css';

/** One person beside the list: role and how they came to it, where they signed in, what may be done. */
export function PersonDrawer({
  person,
  onClose,
}: {
  person: Person | undefined;
  onClose: () => void;
}) {
  return (
    <Drawer
      opened={person !== undefined}
      onClose={onClose}
      size={620}
      title="Person"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {person && <Known person={person} />}
    </Drawer>
  );
}

function Known({ person }: { person: Person }) {
  return (
    <div className={classes['stack']}>
      <div>
        <strong>{person.name}</strong> <PersonBadge person={person} />
      </div>
      {person.frozenReason && (
        <Note tone="bad">
          <p>Frozen: {person.frozenReason}</p>
        </Note>
      )}
      <Actions person={person} />
      <Facts
        facts={{
          'E-mail': person.email,
          Role: roleLabel(person.role ?? 'none'),
          'Second factor': person.secondFactor ? 'set up' : 'none',
          Person: <CopyId id={person.id} label="person id" />,
          Made: <Time at={person.createdAt} />,
          'Signed in': person.lastSignInAt && <Time at={person.lastSignInAt} />,
        }}
      />
      <History personId={person.id} />
      <SignIns personId={person.id} />
    </div>
  );
}

const LABELS: Readonly<Record<PersonAct, string>> = {
  assign: 'Change the role',
  revoke: 'Take the role away',
  freeze: 'Freeze',
  unfreeze: 'Unfreeze',
  invite: 'Invite again',
  end: 'End their sessions',
  factor: 'Take the second factor away',
};

function Actions({ person }: { person: Person }) {
  const may = useMay();
  const session = useSession();
  const below = useRolesBelow();
  const [act, setAct] = useState<PersonAct | null>(null);
  const [invitation, setInvitation] = useState<Invitation | null>(null);
  const others = allOf(
    may('manage_roles'),
    person.id === session.id ? no('Nobody does that to themselves.') : YES,
  );
  const reach: Verdict = allOf(
    others,
    person.role === null || below.includes(person.role)
      ? YES
      : no(`A ${roleLabel(person.role)} is not below your own role.`),
  );
  // The highest role is taken only by somebody else who has it.
  const role = useIsHighest() ? others : reach;
  const frozen = person.frozenAt !== null;
  const verdicts: Readonly<Record<PersonAct, Verdict>> = {
    assign: role,
    revoke: allOf(person.role === null ? no('There is no role to take.') : YES, role),
    freeze: allOf(frozen ? no('They are frozen already.') : YES, reach),
    unfreeze: allOf(frozen ? YES : no('They are not frozen.'), reach),
    invite: reach,
    end: reach,
    factor: allOf(person.secondFactor ? YES : no('They have no second factor.'), reach),
  };
  const order: PersonAct[] = [
    'assign',
    'revoke',
    frozen ? 'unfreeze' : 'freeze',
    'invite',
    'end',
    'factor',
  ];
  return (
    <Bar label="Actions">
      {order.map((each) => (
        <ActButton
          key={each}
          verdict={verdicts[each]}
          variant={each === 'assign' ? 'filled' : 'default'}
          onClick={() => setAct(each)}
        >
          {LABELS[each]}
        </ActButton>
      ))}
      {act && (
        <PersonDialog
          act={act}
          label={LABELS[act]}
          person={person}
          onClose={() => setAct(null)}
          onInvited={setInvitation}
        />
      )}
      {invitation && (
        <InvitationDialog invitation={invitation} onClose={() => setInvitation(null)} />
      )}
    </Bar>
  );
}

function History({ personId }: { personId: string }) {
  const { data = [] } = useQuery(roleHistoryQuery(personId));
  const { actor } = useSession();
  return (
    <Section title="Roles they had">
      {data.length === 0 ? (
        <p className={`soft ${classes['none']}`}>Nobody has given or taken a role.</p>
      ) : (
        <ol className={classes['lines']}>
          {data.map((change) => (
            <li key={change.id}>
              <span>
                {roleLabel(change.from ?? 'none')} →{' '}
                <strong>{roleLabel(change.to ?? 'none')}</strong>{' '}
                {change.reason && <span className="soft">“{change.reason}”</span>}
              </span>
              <span className="soft">{actorLabel(change.actor, actor)}</span>
              <Time at={change.createdAt} />
            </li>
          ))}
        </ol>
      )}
    </Section>
  );
}

function SignIns({ personId }: { personId: string }) {
  const { data = [] } = useQuery(signInsQuery(personId));
  return (
    <Section title="Sign-ins">
      {data.length === 0 ? (
        <p className={`soft ${classes['none']}`}>None yet.</p>
      ) : (
        <ol className={classes['lines']}>
          {data.map((each) => (
            <li key={each.id}>
              <span title={each.userAgent ?? undefined}>
                {each.ipAddress ?? 'unknown address'}{' '}
                <span className="soft">{deviceLabel(each.userAgent)}</span>
              </span>
              <Badge
                label={each.action.replace('sign_in.', '').replaceAll('_', ' ')}
                tone={each.status === 'SUCCESS' ? 'good' : 'bad'}
              />
              <Time at={each.createdAt} seconds />
            </li>
          ))}
        </ol>
      )}
    </Section>
  );
}
