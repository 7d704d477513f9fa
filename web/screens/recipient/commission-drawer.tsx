import { Drawer } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { CopyId } from '../../ui/copy-id.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Facts } from '../../ui/facts.tsx';
import { Money } from '../../ui/money.tsx';
import { Section } from '../../ui/page.tsx';
import { TableSkeleton } from '../../ui/table-skeleton.tsx';
import { Time } from '../../ui/time.tsx';
import { commissionWhyQuery } from './queries.ts';
import classes from './recipient.module.css';

/** Why a commission is what it is: where it comes from, by which rules, step by step. */
export function CommissionDrawer({
  commissionId,
  onClose,
}: {
  commissionId: string | undefined;
  onClose: () => void;
}) {
  return (
    <Drawer
      opened={commissionId !== undefined}
      onClose={onClose}
      size={560}
      title="Commission"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {commissionId !== undefined && <Explained id={commissionId} />}
    </Drawer>
  );
}

function Explained({ id }: { id: string }) {
  const { data, error, refetch } = useQuery(commissionWhyQuery(id));
  if (error && !data) return <ErrorPanel error={error} onRetry={() => void refetch()} />;
  if (!data) return <TableSkeleton />;
  const { commission, conversion, steps, rules } = data;
  const money = (amount: number) => <Money amount={amount} currency={commission.currency} />;
  const sources = Object.entries(rules);
  return (
    <div className={classes['stack']}>
      <Facts
        facts={{
          Amount: <Money amount={commission.amount} currency={commission.currency} strong />,
          Kind: commission.kind.replaceAll('_', ' '),
          Earned: <Time at={commission.earnedAt} />,
          Matures: commission.availableAt && <Time at={commission.availableAt} />,
          'What for': commission.description,
          Conversion: conversion && (
            <>
              {conversion.externalId}, {money(conversion.amount)}
            </>
          ),
          'Your id': <CopyId id={commission.externalId} label="your id" whole />,
          Commission: <CopyId id={commission.id} label="commission id" />,
        }}
      />
      <Section title="Why this amount">
        <ul className={classes['list']}>
          {steps.map(({ step, text, amount }, place) => (
            <li key={`${place} ${step}`}>
              <div>{text}</div>
              {amount !== null && money(amount)}
            </li>
          ))}
        </ul>
      </Section>
      {sources.length > 0 && (
        <Section title="By these rules">
          <ul className={classes['list']}>
            {sources.map(([section, { ruleId, version }]) => (
              <li key={section}>
                <div>{section}</div>
                <span>
                  <CopyId id={ruleId} label="rule id" /> version {version}
                </span>
              </li>
            ))}
          </ul>
        </Section>
      )}
    </div>
  );
}
