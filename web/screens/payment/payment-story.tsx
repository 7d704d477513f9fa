import { useQuery } from '@tanstack/react-query';
import { useSession } from '../../lib/may.ts';
import { whyQuery, type PaymentDetail } from '../../lib/queries.ts';
import { actorLabel, PAYMENT_WORDS, providerLabel, withoutStop } from '../../lib/words.ts';
import { CopyId } from '../../ui/copy-id.tsx';
import { Facts } from '../../ui/facts.tsx';
import { Money } from '../../ui/money.tsx';
import { Note } from '../../ui/note.tsx';
import { Section } from '../../ui/page.tsx';
import { PaymentBadge } from '../../ui/state-badge.tsx';
import { Time } from '../../ui/time.tsx';
import { PaymentActions } from './payment-actions.tsx';
import classes from './payment.module.css';

/** All that explains one payment: what it is, whose move it is, what was tried and what came of it. */
export function PaymentStory({ detail }: { detail: PaymentDetail }) {
  const { payment, affiliate, account } = detail;
  const { data: why } = useQuery(whyQuery(payment.id));
  const words = PAYMENT_WORDS[payment.status];
  const remedy = payment.status === 'FAILED' ? why?.failure?.operatorRemedy : undefined;
  const id = (value: string | null, label: string) =>
    value === null ? null : <CopyId id={value} label={label} />;
  return (
    <div className={classes['story']}>
      <div className={classes['top']}>
        <PaymentBadge status={payment.status} />
        <span className={classes['big']}>
          <Money amount={payment.amount} currency={payment.currency} strong />
        </span>
        <span>to {affiliate?.fullName ?? payment.affiliateId}</span>
      </div>
      <Note tone={words.tone === 'bad' ? 'bad' : words.tone === 'doubt' ? 'doubt' : 'plain'}>
        <p>{why?.waitingOn ?? words.next}</p>
        {remedy && why?.waitingOn && !why.waitingOn.includes(withoutStop(remedy)) && (
          <p>{remedy}</p>
        )}
      </Note>
      <PaymentActions key={payment.id} payment={payment} />
      <Facts
        facts={{
          Payment: id(payment.id, 'payment id'),
          Reference: id(payment.reference, 'reference'),
          'At the provider': id(payment.providerPaymentId, 'id at the provider'),
          Provider: providerLabel(payment.provider),
          Account: payment.accountRef && <span className="mono">{payment.accountRef}</span>,
          KYC: account && account.kycStatus.toLowerCase().replace('_', ' '),
          Submitted: payment.submittedAt && <Time at={payment.submittedAt} seconds />,
          Ended: payment.completedAt && <Time at={payment.completedAt} seconds />,
          'Next try': why?.failure?.retryAt && <Time at={why.failure.retryAt} />,
          Failure: payment.failureCode && (
            <>
              <span className="mono">{payment.failureCode}</span>{' '}
              {payment.failureReason !== remedy && payment.failureReason}
            </>
          ),
          'Pays again': id(payment.reissueOf, 'payment id'),
          'Paid again by': id(detail.reissuedBy, 'payment id'),
          Workflow: why?.workflowUrl && (
            <a href={why.workflowUrl} target="_blank" rel="noreferrer">
              Open in Temporal
            </a>
          ),
        }}
      />
      <Attempts attempts={detail.attempts} />
      <Commissions detail={detail} />
      <Webhooks detail={detail} />
      {why && <Steps steps={why.steps} />}
    </div>
  );
}

function Attempts({ attempts }: { attempts: PaymentDetail['attempts'] }) {
  if (attempts.length === 0) return null;
  return (
    <Section title={`Attempts (${attempts.length})`}>
      <ol className={classes['steps']}>
        {attempts.map((attempt) => (
          <li key={attempt.generation}>
            <Time at={attempt.lastSentAt} seconds />
            <span>
              {attempt.generation}. {attempt.status.toLowerCase()}, sent {attempt.sends}×
              {attempt.providerCode !== null && (
                <>
                  {' '}
                  · <span className="mono">{attempt.providerCode}</span>
                </>
              )}
              <br />
              <CopyId id={attempt.idempotencyKey} label="idempotency key" />
            </span>
          </li>
        ))}
      </ol>
    </Section>
  );
}

function Commissions({ detail }: { detail: PaymentDetail }) {
  const { commissions, payment } = detail;
  if (commissions.length === 0) return null;
  return (
    <Section title={`What it pays (${payment.commissionCount.toLocaleString('en')})`}>
      <ol className={classes['steps']}>
        {commissions.map((commission) => (
          <li key={commission.id}>
            <Money amount={commission.amount} currency={commission.currency} />
            <span>
              {commission.description ?? commission.externalId}{' '}
              <span className="soft">
                earned <Time at={commission.earnedAt} />
              </span>
            </span>
          </li>
        ))}
      </ol>
    </Section>
  );
}

function Webhooks({ detail: { webhookEvents } }: { detail: PaymentDetail }) {
  if (webhookEvents.length === 0) return null;
  return (
    <Section title={`Events of the provider (${webhookEvents.length})`}>
      <ol className={classes['steps']}>
        {webhookEvents.map((event) => (
          <li key={event.eventId}>
            <Time at={event.receivedAt} seconds />
            <span>
              <span className="mono">{event.type}</span> {event.result}{' '}
              <CopyId id={event.eventId} label="event id" />
            </span>
          </li>
        ))}
      </ol>
    </Section>
  );
}

interface Step {
  at: string;
  what: string;
  by: string;
}

function Steps({ steps }: { steps: readonly Step[] }) {
  const { actor } = useSession();
  return (
    <Section title="How it came to this">
      <ol className={classes['steps']}>
        {steps.map(({ at, what, by }, place) => (
          <li key={`${at} ${what} ${place}`}>
            <Time at={at} seconds />
            <span>
              <span className="mono">{what}</span>{' '}
              <span className="soft">{actorLabel(by, actor)}</span>
            </span>
          </li>
        ))}
      </ol>
    </Section>
  );
}
