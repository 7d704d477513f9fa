import { TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { answerOf, idempotencyKey } from '../../lib/api.ts';
import { formatAmount, parseAmount } from '../../lib/currency.ts';
import { useMay } from '../../lib/may.ts';
import { count } from '../../lib/words.ts';
import { ActButton } from '../../ui/act-button.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Money } from '../../ui/money.tsx';
import { Section } from '../../ui/page.tsx';
import { Time } from '../../ui/time.tsx';
import { affiliateApi } from './api.ts';
import { debtsQuery, type Debt, type Person } from './queries.ts';
import { ReasonDialog } from './reason-dialog.tsx';
import classes from './recipient.module.css';

/** What the recipient owes, where clawbacks came to more than was earned. */
export function DebtsSection({ person }: { person: Person }) {
  const may = useMay();
  const { data: debts, error, refetch } = useQuery(debtsQuery(person.id));
  const [asked, setAsked] = useState<Debt | null>(null);
  if (error && !debts) return <ErrorPanel error={error} onRetry={() => void refetch()} />;
  if (!debts || debts.length === 0) return null;
  return (
    <Section title="Debts">
      <ul className={classes['list']}>
        {debts.map((debt) => (
          <li key={debt.currency}>
            <div>
              {count(debt.commissionCount, 'clawback')}
              {debt.since !== null && (
                <span className="soft">
                  {' '}
                  since <Time at={debt.since} />
                </span>
              )}
              <div className="soft">
                {debt.commissions.map(({ externalId }) => externalId).join(', ')}
              </div>
            </div>
            <Money amount={debt.amount} currency={debt.currency} strong />
            <ActButton
              variant="default"
              size="compact-sm"
              verdict={may('approve')}
              onClick={() => setAsked(debt)}
            >
              Write off
            </ActButton>
          </li>
        ))}
      </ul>
      {asked && <WriteOff debt={asked} onClose={() => setAsked(null)} />}
    </Section>
  );
}

function WriteOff({ debt, onClose }: { debt: Debt; onClose: () => void }) {
  const { affiliateId: id, currency } = debt;
  const [once] = useState(idempotencyKey);
  const [typed, setTyped] = useState(formatAmount(debt.amount, currency));
  const amount = parseAmount(typed, currency);
  const fits = amount !== null && amount > 0 && amount <= debt.amount;
  return (
    <ReasonDialog
      title={`Write off a debt of ${debt.fullName}`}
      label="Write off"
      done="Written off"
      ready={fits}
      act={(reason) =>
        answerOf(
          affiliateApi.affiliates[':id']['write-offs'].$post(
            { param: { id }, json: { currency, reason, ...(amount !== null && { amount }) } },
            once,
          ),
        )
      }
      onClose={onClose}
    >
      <TextInput
        label={`Amount in ${currency}`}
        description={`At most ${formatAmount(debt.amount, currency)}`}
        error={fits ? null : 'Above zero, and no more than is owed'}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
    </ReasonDialog>
  );
}
