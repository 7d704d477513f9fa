import { Button, Menu } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import type { payeeApi, AnswerOf } from '../../lib/api.ts';
import { formatAmount } from '../../lib/currency.ts';
import { useMay } from '../../lib/may.ts';
import { keepPicked, PICKED_MAX } from '../../lib/picked.ts';
import { allOf, no, YES } from '../../lib/verdict.ts';
import { count } from '../../lib/words.ts';
import { ActButton } from '../../ui/act-button.tsx';
import { SelectionBar } from '../../ui/selection-bar.tsx';
import type { Picked } from '../../ui/use-picked.ts';
import { HoldMany } from '../recipients/hold-many.tsx';
import { chosenOf, matchingOf } from './chosen.ts';
import type { PayableRow } from './columns.tsx';
import type { PayablesSearch } from './search.ts';
import type { Choice } from './use-choice.ts';

type Summary = AnswerOf<typeof payeeApi.affiliates.payable.$get>['summary'];

/** Previews all that match, in one currency: who that is, is worked out on the server. */
export function PreviewMatching({
  search,
  summary,
  all,
}: {
  search: PayablesSearch;
  summary: Summary | undefined;
  /** Whether somebody has said “all” already. */
  all: boolean;
}) {
  const may = useMay();
  const navigate = useNavigate();
  const totals = Object.entries(summary?.totalPendingAmount ?? {});
  const verdict = allOf(
    summary?.totalAffiliates === 0 ? no('Nobody fits these filters.') : YES,
    search.show === 'blocked' ? no('None of these can be paid now; see why.') : YES,
    may('verify'),
  );
  const go = (currency: string | undefined) =>
    void navigate({ to: '/new', search: matchingOf(search, currency) });
  const narrowed = search.q !== undefined || search.minAmount !== undefined;
  const n = (summary?.totalAffiliates ?? 0).toLocaleString('en');
  const label = narrowed || all ? `Preview all ${n} that match` : 'Preview all';
  if (totals.length < 2 || !verdict.allowed) {
    return (
      <ActButton verdict={verdict} onClick={() => go(totals[0]?.[0] ?? search.currency)}>
        {label}
      </ActButton>
    );
  }
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button rightSection={<IconChevronDown size={14} aria-hidden />}>{label}</Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>A batch has one currency</Menu.Label>
        {totals.map(([currency, amount]) => (
          <Menu.Item key={currency} onClick={() => go(currency)}>
            <span className="amount">
              {formatAmount(amount, currency)} {currency}
            </span>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

/** How much is picked, and what may be done with it. */
export function Selection({
  search,
  summary,
  rows,
  choice,
}: {
  search: PayablesSearch;
  summary: Summary | undefined;
  rows: readonly PayableRow[];
  choice: Choice;
}) {
  const matching = summary?.totalAffiliates ?? 0;
  const everyRow = rows.length > 0 && rows.every(({ id }) => choice.ids.has(id));
  return (
    <SelectionBar
      onClear={() => choice.set([])}
      actions={
        choice.all ? (
          <PreviewMatching search={search} summary={summary} all />
        ) : (
          <PickedActions search={search} picked={choice} />
        )
      }
    >
      {choice.all ? (
        <strong>All {matching.toLocaleString('en')} that match are picked.</strong>
      ) : (
        <>
          <strong>{count(choice.ids.size, 'row')} picked.</strong>{' '}
          {everyRow && matching > rows.length && (
            <Button variant="subtle" size="compact-sm" onClick={choice.pickAll}>
              Pick all {matching.toLocaleString('en')} that match
            </Button>
          )}
        </>
      )}
    </SelectionBar>
  );
}

function PickedActions({ search, picked }: { search: PayablesSearch; picked: Picked<PayableRow> }) {
  const may = useMay();
  const navigate = useNavigate();
  const { affiliateIds, currencies } = chosenOf(picked.ids);
  const preview = allOf(
    currencies.length > 1 ? no('A batch has one currency; pick payees of one.') : YES,
    affiliateIds.length > PICKED_MAX
      ? no(
          `At most ${PICKED_MAX.toLocaleString('en')} are named; narrow the filters and pick all that match.`,
        )
      : YES,
    may('verify'),
  );
  const go = () => {
    keepPicked(affiliateIds);
    void navigate({
      to: '/new',
      search: { currency: currencies[0], provider: search.provider, picked: 'yes' },
    });
  };
  return (
    <>
      <HoldMany affiliateIds={affiliateIds} onDone={() => picked.set([])} />
      <ActButton verdict={preview} onClick={go}>
        Preview {count(affiliateIds.length, 'payee')}
      </ActButton>
    </>
  );
}
