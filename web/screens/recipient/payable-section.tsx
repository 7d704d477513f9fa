import { NativeSelect } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import {
  PROVIDER_NAMES,
  PAYMENT_WORDS,
  providerLabel,
  type ProviderName,
} from '../../lib/words.ts';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Facts } from '../../ui/facts.tsx';
import { Money } from '../../ui/money.tsx';
import { Section } from '../../ui/page.tsx';
import { Badge } from '../../ui/state-badge.tsx';
import { TableSkeleton } from '../../ui/table-skeleton.tsx';
import { Time } from '../../ui/time.tsx';
import { reasonLabel } from '../payables/reasons.ts';
import { whyNotPaidQuery, type Person, type WhyCurrency } from './queries.ts';
import classes from './recipient.module.css';

const MINIMUM_FROM: Readonly<Record<WhyCurrency['minimum']['from'], string>> = {
  rule: 'by a rule',
  currency: 'in this currency',
  provider: 'of the provider',
  channel: 'of the bank or wallet',
};

const payableFirst = (one: WhyCurrency, other: WhyCurrency): number =>
  Number(other.payableAmount > 0) - Number(one.payableAmount > 0);

/** What is payable now in each currency, and everything against paying it with what would help. */
export function PayableSection({
  person,
  provider,
  onProvider,
}: {
  person: Person;
  provider: ProviderName | undefined;
  onProvider: (provider: ProviderName | undefined) => void;
}) {
  const { data: why, error, refetch } = useQuery(whyNotPaidQuery(person.id, provider));
  return (
    <Section
      title="Payable now"
      aside={
        <NativeSelect
          aria-label="By provider"
          className="no-print"
          value={provider ?? ''}
          data={[
            {
              value: '',
              label: why && !provider ? `By ${providerLabel(why.provider)}` : 'By the usual one',
            },
            ...PROVIDER_NAMES.map((value) => ({ value, label: `By ${providerLabel(value)}` })),
          ]}
          onChange={(event) => {
            const chosen = event.currentTarget.value;
            onProvider(PROVIDER_NAMES.find((name) => name === chosen));
          }}
        />
      }
    >
      {error && !why && <ErrorPanel error={error} onRetry={() => void refetch()} />}
      {!why && !error && <TableSkeleton />}
      {why?.currencies.toSorted(payableFirst).map((each) => (
        <Currency key={each.currency} why={each} />
      ))}
    </Section>
  );
}

function Currency({ why }: { why: WhyCurrency }) {
  const { currency, minimum, maximum, lastLeftOut } = why;
  const money = (amount: number) => <Money amount={amount} currency={currency} />;
  const nothing = why.payableAmount === 0 && why.heldAmount === 0 && why.maturingAmount === 0;
  return (
    <div className={classes['card']}>
      <div className={classes['cardHead']}>
        <h3>
          <Money amount={why.payableAmount} currency={currency} strong />
          {why.payable && <Badge label="Can be paid now" tone="good" icon={IconCircleCheck} />}
          {nothing && why.inFlight.length === 0 && <span className="soft">Nothing is owed.</span>}
        </h3>
      </div>
      {why.reasons.length > 0 && (
        <ul className={classes['reasons']} aria-label={`Why ${currency} is not paid now`}>
          {why.reasons.map(({ code, sentence, remedy }) => (
            <li key={code}>
              <span>
                <Badge label={reasonLabel(code)} tone="wait" />
              </span>
              <span>
                {sentence} <span className="soft">{remedy}</span>
              </span>
            </li>
          ))}
        </ul>
      )}
      <Facts
        facts={{
          'On hold': why.heldAmount === 0 ? null : money(why.heldAmount),
          Maturing: why.maturingAmount === 0 ? null : money(why.maturingAmount),
          'Next of it matures': why.nextAvailableAt && <Time at={why.nextAvailableAt} />,
          'Paid from': (
            <>
              {money(minimum.amount)} <span className="soft">{MINIMUM_FROM[minimum.from]}</span>
            </>
          ),
          'In parts above': maximum && money(maximum.amount),
          'Left out last': lastLeftOut && (
            <>
              <Link to="/batches/$batchId" params={{ batchId: lastLeftOut.batchId }}>
                batch {lastLeftOut.batchNumber}
              </Link>
              , {reasonLabel(lastLeftOut.code).toLowerCase()}
            </>
          ),
        }}
      />
      {why.inFlight.length > 0 && (
        <ul className={classes['reasons']} aria-label={`Payments of ${currency} under way`}>
          {why.inFlight.map((payment) => (
            <li key={payment.paymentId}>
              <Money amount={payment.amount} currency={currency} />
              <Link
                to="/batches/$batchId"
                params={{ batchId: payment.batchId }}
                search={{ payment: payment.paymentId }}
              >
                in a payment: {stateLabel(payment.status)}
              </Link>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

const stateLabel = (status: string): string =>
  Object.entries(PAYMENT_WORDS)
    .find(([state]) => state === status)?.[1]
    .label.toLowerCase() ?? status;
