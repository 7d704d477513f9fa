import { NativeSelect, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useState } from 'react';

const TYPING_MS = 250;

/** A filter of a few values; the first choice is none of them. */
export function Choice<Value extends string>({
  label,
  value,
  values,
  labelOf,
  none = 'All',
  onChange,
}: {
  label: string;
  value: Value | undefined;
  values: readonly Value[];
  labelOf: (value: Value) => string;
  none?: string;
  onChange: (value: Value | undefined) => void;
}) {
  return (
    <NativeSelect
      label={label}
      value={value ?? ''}
      data={[
        { value: '', label: none },
        ...values.map((each) => ({ value: each, label: labelOf(each) })),
      ]}
      onChange={(event) => {
        const chosen = event.currentTarget.value;
        onChange(values.find((each) => each === chosen));
      }}
    />
  );
}

/** Words to look for; asked for once typing pauses. */
export function Find({
  label,
  placeholder,
  value,
  width = 220,
  onChange,
}: {
  label: string;
  placeholder: string;
  value: string | undefined;
  /** In pixels, at least. */
  width?: number;
  onChange: (text: string | undefined) => void;
}) {
  const [typed, setTyped] = useState(value ?? '');
  const say = useDebouncedCallback((text: string) => {
    onChange(text.trim() === '' ? undefined : text.trim());
  }, TYPING_MS);
  const [seen, setSeen] = useState(value);
  // Another filter may have been taken away with this one; what is being typed stays as it is.
  if (seen !== value) {
    setSeen(value);
    if ((value ?? '') !== typed.trim()) setTyped(value ?? '');
  }
  return (
    <TextInput
      label={label}
      placeholder={placeholder}
      leftSection={<IconSearch size={14} aria-hidden />}
      value={typed}
      miw={width}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        say(event.currentTarget.value);
      }}
    />
  );
}
