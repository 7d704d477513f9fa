import { TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useState } from 'react';
import { formatAmount, parseAmount } from '../../lib/currency.ts';
import { PAYEE_ID } from './search.ts';

const TYPING_MS = 700;
/** Nothing was paid before; a year that is half typed is earlier than that. */
const FIRST_DAY = '1970-01-01';
const LAST_DAY = '2199-12-31';

/** A day, taken once typing pauses. */
export function DayField({
  label,
  value,
  onChange,
}: {
  label: string;
  value: string;
  onChange: (day: string) => void;
}) {
  const [typed, setTyped] = useState(value);
  const [seen, setSeen] = useState(value);
  if (seen !== value) {
    setSeen(value);
    setTyped(value);
  }
  const say = useDebouncedCallback((day: string) => {
    if (day >= FIRST_DAY && day <= LAST_DAY && day !== value) onChange(day);
  }, TYPING_MS);
  return (
    <TextInput
      type="date"
      label={label}
      value={typed}
      min={FIRST_DAY}
      max={LAST_DAY}
      w={132}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        say(event.currentTarget.value);
      }}
    />
  );
}

/** Text that is taken when it is left, or with Enter. */
function TakenField({
  kept,
  problemOf,
  onChange,
  ...rest
}: {
  label: string;
  placeholder?: string;
  w: number;
  disabled?: boolean;
  kept: string;
  /** What is wrong with the text; null where nothing is. */
  problemOf: (text: string) => string | null;
  onChange: (text: string | undefined) => void;
}) {
  const [typed, setTyped] = useState(kept);
  const [wrong, setWrong] = useState<string | null>(null);
  const [seen, setSeen] = useState(kept);
  if (seen !== kept) {
    setSeen(kept);
    setTyped(kept);
    setWrong(null);
  }
  const take = () => {
    const words = typed.trim();
    const problem = words === '' ? null : problemOf(words);
    setWrong(problem);
    if (problem === null && words !== kept) onChange(words === '' ? undefined : words);
  };
  return (
    <TextInput
      {...rest}
      value={typed}
      error={wrong}
      onChange={(event) => setTyped(event.currentTarget.value)}
      onBlur={take}
      onKeyDown={(event) => {
        if (event.key === 'Enter') take();
      }}
    />
  );
}

/** A currency by its three letters. */
export function CurrencyField({
  value,
  onChange,
}: {
  value: string | undefined;
  onChange: (currency: string | undefined) => void;
}) {
  return (
    <TakenField
      label="Currency"
      placeholder="All"
      w={84}
      kept={value ?? ''}
      problemOf={(text) => (/^[A-Za-z]{3}$/.test(text) ? null : 'Like USD')}
      onChange={(text) => onChange(text?.toUpperCase())}
    />
  );
}

/** One affiliate, by the id that every list of them copies. */
export function PayeeField({
  value,
  onChange,
}: {
  value: string | undefined;
  onChange: (id: string | undefined) => void;
}) {
  return (
    <TakenField
      label="Affiliate"
      placeholder="aff_…"
      w={300}
      kept={value ?? ''}
      problemOf={(text) => (PAYEE_ID.test(text) ? null : 'The id of an affiliate begins with aff_')}
      onChange={onChange}
    />
  );
}

/** An amount, which needs a currency: amounts of two do not compare. */
export function AmountField({
  label,
  value,
  currency,
  onChange,
}: {
  label: string;
  value: number | undefined;
  currency: string | undefined;
  onChange: (amountMinor: number | undefined) => void;
}) {
  return (
    <TakenField
      label={label}
      placeholder={currency === undefined ? 'choose a currency' : '0.00'}
      w={150}
      disabled={currency === undefined}
      kept={value === undefined || currency === undefined ? '' : formatAmount(value, currency)}
      problemOf={(text) =>
        parseAmount(text, currency ?? '') === null ? `No amount of ${currency ?? ''}` : null
      }
      onChange={(text) =>
        onChange(text === undefined ? undefined : (parseAmount(text, currency ?? '') ?? undefined))
      }
    />
  );
}
