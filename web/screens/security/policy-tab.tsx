import { TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answerOf } from '../../lib/api.ts';
import { formatAmount, parseAmount } from '../../lib/currency.ts';
import { useMay, useSession } from '../../lib/may.ts';
import { formatSpan } from '../../lib/time.ts';
import { actorLabel } from '../../lib/words.ts';
import { ActButton } from '../../ui/act-button.tsx';
import { AskDialog } from '../../ui/ask-dialog.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Facts } from '../../ui/facts.tsx';
import { Money } from '../../ui/money.tsx';
import { Note } from '../../ui/note.tsx';
import { Bar, Section } from '../../ui/page.tsx';
import { TableSkeleton } from '../../ui/table-skeleton.tsx';
import { Time } from '../../ui/time.tsx';
import { accessApi } from './api.ts';
import { policyQuery, ratesQuery, type Policy } from './queries.ts';
import classes from './security.module.css';

type Measures = Pick<
  Policy,
  | 'baseCurrency'
  | 'highValueAmount'
  | 'secondApproverFactor'
  | 'undoWindowSeconds'
  | 'accountCooldownHours'
>;

/** How careful this installation is. */
export function PolicyTab() {
  const { data: policy, error, refetch } = useQuery(policyQuery);
  const may = useMay();
  const { actor } = useSession();
  const [changing, setChanging] = useState(false);
  if (error && !policy) return <ErrorPanel error={error} onRetry={() => void refetch()} />;
  if (!policy) return <TableSkeleton />;
  const { fullyFrom, ...inForce } = policy.inForce;
  return (
    <div className={classes['stack']}>
      <Bar label="Actions">
        <ActButton verdict={may('settings')} onClick={() => setChanging(true)}>
          Change the policy
        </ActButton>
      </Bar>
      {fullyFrom && (
        <Note tone="doubt">
          <p>
            A looser policy was set. What is below holds until <Time at={fullyFrom} />; then what
            was set holds.
          </p>
        </Note>
      )}
      <div className={classes['columns']}>
        <MeasuresSection title="What holds now" measures={inForce} />
        {fullyFrom && <MeasuresSection title="What was set" measures={policy} />}
        <Risk risk={policy.risk} />
        <Rates base={policy.baseCurrency} />
      </div>
      <p className="soft">
        Version {policy.version}, by {actorLabel(policy.updatedBy, actor)},{' '}
        <Time at={policy.updatedAt} />
      </p>
      {changing && <PolicyDialog policy={policy} onClose={() => setChanging(false)} />}
    </div>
  );
}

function MeasuresSection({ title, measures }: { title: string; measures: Measures }) {
  const { baseCurrency, highValueAmount, secondApproverFactor } = measures;
  return (
    <Section title={title}>
      <div className={classes['none']}>
        <Facts
          facts={{
            'Amounts are compared in': baseCurrency,
            'High value from': <Money amount={highValueAmount} currency={baseCurrency} />,
            'A second approver from': (
              <Money amount={highValueAmount * secondApproverFactor} currency={baseCurrency} />
            ),
            'Time to undo an approval':
              measures.undoWindowSeconds === 0 ? 'none' : formatSpan(measures.undoWindowSeconds),
            'Rest after an account was changed':
              measures.accountCooldownHours === 0 ? 'none' : `${measures.accountCooldownHours} h`,
          }}
        />
      </div>
    </Section>
  );
}

function Risk({ risk }: { risk: Policy['risk'] }) {
  const entries = Object.entries(risk);
  return (
    <Section title="Rules of suspicious activity">
      {entries.length === 0 ? (
        <p className={`soft ${classes['none']}`}>All of them stand at their defaults.</p>
      ) : (
        <ul className={classes['lines']}>
          {entries.map(([name, value]) => (
            <li key={name}>
              <span className="soft">{name}</span>
              <span className="mono">{JSON.stringify(value)}</span>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

function Rates({ base }: { base: string }) {
  const { data = [] } = useQuery(ratesQuery);
  return (
    <Section title="What currencies are worth">
      {data.length === 0 ? (
        <p className={`soft ${classes['none']}`}>
          No rate is set: a batch in another currency than {base} counts as of high value.
        </p>
      ) : (
        <ul className={classes['lines']}>
          {data.map(({ currency, baseCurrency, day, rate }) => (
            <li key={`${currency} ${day}`}>
              <span className="amount">
                1 {currency} = {rate} {baseCurrency}
              </span>
              <span className="soft amount">from {day}</span>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

const wholeOf = (text: string): number | null =>
  /^\d{1,9}$/.test(text.trim()) ? Number(text) : null;

/** Changes the policy that was looked at; one that somebody changed meanwhile is refused. */
function PolicyDialog({ policy, onClose }: { policy: Policy; onClose: () => void }) {
  const [seen] = useState(policy);
  const queries = useQueryClient();
  const [draft, setDraft] = useState({
    highValue: formatAmount(seen.highValueAmount, seen.baseCurrency),
    factor: String(seen.secondApproverFactor),
    undo: String(seen.undoWindowSeconds),
    cooldown: String(seen.accountCooldownHours),
  });
  const set = (changed: Partial<typeof draft>) => setDraft({ ...draft, ...changed });
  const highValueAmount = parseAmount(draft.highValue, seen.baseCurrency);
  const [factor, undo, cooldown] = [draft.factor, draft.undo, draft.cooldown].map(wholeOf);
  const field = (name: keyof typeof draft, label: string, description: string) => (
    <TextInput
      label={label}
      description={description || undefined}
      inputMode="numeric"
      value={draft[name]}
      onChange={(event) => set({ [name]: event.currentTarget.value })}
    />
  );
  return (
    <AskDialog
      title="Change the policy"
      label="Change it"
      ready={highValueAmount !== null && [factor, undo, cooldown].every((each) => each !== null)}
      act={() =>
        answerOf(
          accessApi['security-policy'].$put({
            json: {
              version: seen.version,
              ...(highValueAmount !== null && { highValueAmount }),
              ...(typeof factor === 'number' && { secondApproverFactor: factor }),
              ...(typeof undo === 'number' && { undoWindowSeconds: undo }),
              ...(typeof cooldown === 'number' && { accountCooldownHours: cooldown }),
            },
          }),
        )
      }
      onDone={async () => {
        onClose();
        notifications.show({ message: 'Changed the policy' });
        await queries.invalidateQueries({ queryKey: ['policy'] });
      }}
      onClose={onClose}
    >
      <p>A stricter policy holds at once, a looser one after a day.</p>
      {field(
        'highValue',
        `High value from, ${seen.baseCurrency}`,
        'Only administrators approve and execute it',
      )}
      {field('factor', 'A second approver from so many times that', '')}
      {field('undo', 'Seconds to undo an approval', '0: none')}
      {field('cooldown', 'Hours of rest after an account was changed', '0: none')}
    </AskDialog>
  );
}
