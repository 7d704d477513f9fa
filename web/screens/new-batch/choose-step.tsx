import { Button, NativeSelect, TextInput } from '@mantine/core';
import { formatAmount } from '../../lib/currency.ts';
import { useMay } from '../../lib/may.ts';
import { count, PROVIDER_NAMES, providerLabel } from '../../lib/words.ts';
import { ActButton } from '../../ui/act-button.tsx';
import { Note } from '../../ui/note.tsx';
import { DEFAULT_CURRENCY } from './request.ts';
import type { NewBatchSearch } from './search.ts';
import classes from './new-batch.module.css';

interface Props {
  search: NewBatchSearch;
  /** How many were picked on the screen before. */
  picked: number;
  change: (changed: Partial<NewBatchSearch>) => void;
  isPending: boolean;
  onNext: () => void;
}

const matchText = ({ q, minAmount, currency = DEFAULT_CURRENCY }: NewBatchSearch): string =>
  [
    ...(q === undefined ? [] : [`“${q}” in the name, e-mail or id`]),
    ...(minAmount === undefined
      ? []
      : [`at least ${formatAmount(minAmount, currency)} ${currency} payable`]),
  ].join(', ');

/** Of whom the batch is made: currency, provider, and what was earned when. */
export function ChooseStep({ search, picked, change, isPending, onNext }: Props) {
  const may = useMay();
  const currency = search.currency ?? DEFAULT_CURRENCY;
  return (
    <form
      className={classes['form']}
      onSubmit={(event) => {
        event.preventDefault();
        onNext();
      }}
    >
      {picked > 0 && (
        <Note>
          <p>
            Only the {count(picked, 'payee')} you picked.{' '}
            <Button
              variant="subtle"
              size="compact-xs"
              onClick={() => change({ picked: undefined })}
            >
              Take everybody
            </Button>
          </p>
        </Note>
      )}
      {(search.q !== undefined || search.minAmount !== undefined) && (
        <Note>
          <p>
            Only who matches: {matchText(search)}.{' '}
            <Button
              variant="subtle"
              size="compact-xs"
              onClick={() => change({ q: undefined, minAmount: undefined })}
            >
              Take everybody
            </Button>
          </p>
        </Note>
      )}
      <div className={classes['pair']}>
        <TextInput
          label="Currency"
          description="Three letters, like USD"
          maxLength={3}
          value={currency}
          onChange={(event) => change({ currency: event.currentTarget.value.toUpperCase() })}
        />
        <NativeSelect
          label="Provider"
          description="Who moves the money"
          value={search.provider ?? ''}
          data={[
            { value: '', label: 'The usual one' },
            ...PROVIDER_NAMES.map((name) => ({ value: name, label: providerLabel(name) })),
          ]}
          onChange={(event) => {
            const chosen = event.currentTarget.value;
            change({ provider: PROVIDER_NAMES.find((name) => name === chosen) });
          }}
        />
      </div>
      <Earned search={search} change={change} />
      <div className={classes['foot']}>
        <ActButton verdict={may('verify')} loading={isPending} onClick={onNext}>
          Preview
        </ActButton>
      </div>
    </form>
  );
}

/** Of which days the commissions are. */
function Earned({ search, change }: Pick<Props, 'search' | 'change'>) {
  return (
    <div className={classes['pair']}>
      <TextInput
        type="date"
        label="Earned from"
        description="That day and later, in UTC"
        value={search.from ?? ''}
        onChange={(event) => change({ from: event.currentTarget.value || undefined })}
      />
      <TextInput
        type="date"
        label="Earned before"
        description="Not that day any more"
        value={search.to ?? ''}
        onChange={(event) => change({ to: event.currentTarget.value || undefined })}
      />
    </div>
  );
}
