import { useQuery } from '@tanstack/react-query';
import { approvalsQuery, type Approvals } from '../../lib/queries.ts';
import { useSession } from '../../lib/may.ts';
import { actorLabel, count } from '../../lib/words.ts';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Empty } from '../../ui/note.tsx';
import { Section } from '../../ui/page.tsx';
import { Badge } from '../../ui/state-badge.tsx';
import { TableSkeleton } from '../../ui/table-skeleton.tsx';
import { Time } from '../../ui/time.tsx';
import classes from './lines.module.css';

type Step = Approvals['missing'][number];

const stepsText = (steps: readonly Step[]): string =>
  steps.map((step) => count(step.count, step.role.replace('_', ' '))).join(', ');

/** Which rule asks for whose word, what was said, and who is missing. */
export function ApprovalsTab({ batchId }: { batchId: string }) {
  const { data, error, refetch } = useQuery(approvalsQuery(batchId));
  const { actor } = useSession();
  if (error && !data) return <ErrorPanel error={error} onRetry={() => void refetch()} />;
  if (!data) return <TableSkeleton />;
  if (data.requirements.length === 0 && data.words.length === 0) {
    return (
      <Empty title="This batch needs nobody’s approval">
        <p>No rule fits it, and the policy asks for none. It runs as soon as it is executed.</p>
      </Empty>
    );
  }
  return (
    <>
      <Section title="Asked for">
        <ul className={classes['lines']}>
          {data.requirements.map((each) => (
            <li key={`${each.ruleId} ${each.name}`}>
              <div>
                <strong>{each.name}</strong> <span className="soft">{each.reason}</span>
              </div>
              <div>
                {stepsText(each.steps)}
                {each.ordered && ', one after the other'}
              </div>
              {each.missing.length > 0 ? (
                <Badge label={`Missing: ${stepsText(each.missing)}`} tone="wait" />
              ) : (
                <Badge label="Given" tone="good" />
              )}
              {each.expiresAt && (
                <span className="soft">
                  expires <Time at={each.expiresAt} />
                </span>
              )}
            </li>
          ))}
        </ul>
      </Section>
      <Section title="Said">
        {data.words.length === 0 ? (
          <p className={`soft ${classes['none']}`}>Nobody has said a word on this content yet.</p>
        ) : (
          <ul className={classes['lines']}>
            {data.words.map((word) => (
              <li key={`${word.actor} ${word.createdAt}`}>
                <div>
                  <strong>{word.name ?? actorLabel(word.actor, actor)}</strong>{' '}
                  <span className="soft">as {word.countsAs ?? 'nobody any more'}</span>
                </div>
                <Badge
                  label={word.decision === 'approved' ? 'Approved' : 'Rejected'}
                  tone={word.decision === 'approved' ? 'good' : 'bad'}
                />
                {word.comment && <div>“{word.comment}”</div>}
                <Time at={word.createdAt} />
              </li>
            ))}
          </ul>
        )}
      </Section>
    </>
  );
}
