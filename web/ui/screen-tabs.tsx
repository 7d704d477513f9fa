import { Tabs } from '@mantine/core';
import type { ReactNode } from 'react';

/** The parts of a screen, one at a time. Which one stands in the address, so it is the caller's to keep. */
export function ScreenTabs<Name extends string>({
  names,
  labels,
  value,
  onChange,
  children,
}: {
  names: readonly Name[];
  labels: Readonly<Record<Name, string>>;
  value: Name;
  onChange: (name: Name | undefined) => void;
  /** The part that is shown. */
  children: ReactNode;
}) {
  return (
    <Tabs
      value={value}
      onChange={(chosen) => onChange(names.find((name) => name === chosen))}
      keepMounted={false}
    >
      <Tabs.List mb="sm">
        {names.map((name) => (
          <Tabs.Tab key={name} value={name}>
            {labels[name]}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <Tabs.Panel value={value}>{children}</Tabs.Panel>
    </Tabs>
  );
}
