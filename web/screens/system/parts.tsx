import { IconCircleCheck, IconPlugConnectedX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { Health } from '../../lib/queries.ts';
import { formatSpan } from '../../lib/time.ts';
import { count } from '../../lib/words.ts';
import { CONSOLE_VERSION } from '../../lib/version.ts';
import { Facts } from '../../ui/facts.tsx';
import { Note } from '../../ui/note.tsx';
import { Section } from '../../ui/page.tsx';
import { Badge } from '../../ui/state-badge.tsx';
import { Age, Time } from '../../ui/time.tsx';
import classes from './system.module.css';

interface Part {
  name: string;
  up: boolean;
  /** What it is for while it is up; what to do where it is not. */
  text: ReactNode;
}

/** Each part that a payment needs: whether it answers, and what to do where it does not. */
export function Parts({ health }: { health: Health }) {
  const { components, temporalUi } = health;
  const alive = health.workers.filter((worker) => worker.alive);
  const parts: Part[] = [
    {
      name: 'Database',
      up: components.postgres,
      text: components.postgres
        ? 'Decides and remembers.'
        : 'Away: nothing can be done or shown until it is back.',
    },
    {
      name: 'Temporal',
      up: components.temporal,
      text: components.temporal ? (
        <>
          Drives the work.{' '}
          {temporalUi !== null && (
            <a href={temporalUi} target="_blank" rel="noreferrer">
              Open its Web UI
            </a>
          )}
        </>
      ) : (
        'Away: nothing new is begun; batches go on by themselves when it is back.'
      ),
    },
    {
      name: 'Workers',
      up: alive.length > 0,
      text:
        alive.length > 0
          ? `${count(alive.length, 'worker')} at work.`
          : 'None was heard of: nothing is sent. Start one; it goes on where the last one stopped.',
    },
  ];
  return (
    <Section title="Parts">
      <ul className={classes['parts']}>
        {parts.map(({ name, up, text }) => (
          <li key={name}>
            <strong>{name}</strong>
            <span>
              <Badge
                label={up ? 'Answers' : 'Away'}
                tone={up ? 'good' : 'bad'}
                icon={up ? IconCircleCheck : IconPlugConnectedX}
              />
            </span>
            <span className="soft">{text}</span>
          </li>
        ))}
      </ul>
    </Section>
  );
}

/** Workers by name, and whether they run what the API and this page run. */
export function Workers({ health }: { health: Health }) {
  return (
    <Section title="Workers">
      {health.workers.length === 0 ? (
        <p className="soft" style={{ margin: 0, padding: '10px 12px' }}>
          None was heard of within the last hour.
        </p>
      ) : (
        <ul className={classes['parts']}>
          {health.workers.map(({ name, version, seenAt, alive }) => (
            <li key={`${name} ${version}`}>
              <span className="mono">{name}</span>
              <span>
                <Badge label={alive ? 'At work' : 'Silent'} tone={alive ? 'good' : 'off'} />
              </span>
              <span className="soft">
                {version !== null && `version ${version}, `}heard of <Age at={seenAt} /> ago
              </span>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

/** What waits, and for how long already. */
export function Waiting({ health }: { health: Health }) {
  const span = (seconds: number) => (seconds > 0 ? formatSpan(seconds) : 'none');
  const { taskQueue, auditUnsealedSeconds } = health;
  return (
    <Section title="What waits">
      <div className={classes['facts']}>
        <Facts
          facts={{
            'Tasks for a worker':
              taskQueue && `${taskQueue.tasks} (oldest ${span(taskQueue.ageSeconds)})`,
            'Oldest batch in the queue': span(health.queueAgeSeconds),
            'Longest in doubt': span(health.unknownAgeSeconds),
            'Payments that do not move': health.stuckPayments,
            'Events to be applied': health.waitingWebhookEvents,
            'Oldest audit row without a seal': span(Math.round(auditUnsealedSeconds)),
            'Newest seal': <span className="amount">{health.auditHeight}</span>,
            'Last reconciliation':
              health.lastReconciliation === null ? (
                'never'
              ) : (
                <Time at={health.lastReconciliation} />
              ),
          }}
        />
      </div>
    </Section>
  );
}

/** That console, API, workers and database are of one version, or which of them is not. */
export function Versions({ health }: { health: Health }) {
  const { version, workers } = health;
  const { applied, known } = health.migrations;
  const skewed = workers.filter(
    (worker) => worker.alive && worker.version !== null && worker.version !== version,
  );
  const problems = [
    CONSOLE_VERSION !== version &&
      `This page is of version ${CONSOLE_VERSION}, the API of ${version}: load the page again.`,
    ...skewed.map(
      (worker) => `The worker ${worker.name} runs ${worker.version}, the API ${version}.`,
    ),
    applied !== null &&
      applied < known &&
      `${count(known - applied, 'migration')} of this version not applied: run bursar migrate.`,
    applied !== null &&
      applied > known &&
      'The database has seen a newer version than this API is of.',
  ].filter((problem) => typeof problem === 'string');
  return (
    <Section title="Versions">
      <div className={classes['facts']}>
        <Facts
          facts={{
            Console: CONSOLE_VERSION,
            API: version,
            Workers:
              [
                ...new Set(
                  workers.flatMap((worker) => (worker.alive ? (worker.version ?? '?') : [])),
                ),
              ]
                .sort()
                .join(', ') || 'none',
            Migrations: applied === null ? null : `${applied} of ${known}`,
          }}
        />
        {problems.length > 0 && (
          <Note tone="doubt">
            {problems.map((problem) => (
              <p key={problem}>{problem}</p>
            ))}
          </Note>
        )}
      </div>
    </Section>
  );
}
