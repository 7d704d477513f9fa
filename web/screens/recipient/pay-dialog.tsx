import { Group, Modal, NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useMay } from '../../lib/may.ts';
import { PROVIDER_NAMES, providerLabel, type ProviderName } from '../../lib/words.ts';
import { useReturnFocus } from '../../lib/return-focus.ts';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Note } from '../../ui/note.tsx';
import { TableSkeleton } from '../../ui/table-skeleton.tsx';
import { ConfirmPay } from './confirm-pay.tsx';
import { quickPreviewQuery, whyNotPaidQuery, type Person } from './queries.ts';

/** Pays all that one recipient is owed in a currency, after a look at what that comes to. */
export function PayDialog({ person, onClose }: { person: Person; onClose: () => void }) {
  useReturnFocus();
  const why = useQuery(whyNotPaidQuery(person.id, undefined));
  return (
    <Modal opened onClose={onClose} title={`Pay ${person.fullName} now`}>
      {why.error && <ErrorPanel error={why.error} />}
      {why.data ? (
        <Choose
          person={person}
          currencies={payableFirst(why.data.currencies)}
          usual={PROVIDER_NAMES.find((name) => name === why.data.provider)}
          onClose={onClose}
        />
      ) : (
        !why.error && <TableSkeleton />
      )}
    </Modal>
  );
}

const payableFirst = (owed: readonly { currency: string; payableAmount: number }[]): string[] =>
  owed
    .toSorted((one, other) => Number(other.payableAmount > 0) - Number(one.payableAmount > 0))
    .map(({ currency }) => currency);

function Choose({
  person,
  currencies,
  usual,
  onClose,
}: {
  person: Person;
  currencies: readonly string[];
  usual: ProviderName | undefined;
  onClose: () => void;
}) {
  const may = useMay();
  const [currency, setCurrency] = useState(currencies[0] ?? person.currency);
  const [provider, setProvider] = useState<ProviderName>(usual ?? PROVIDER_NAMES[0] ?? 'mock');
  const mayPreview = may('verify');
  const preview = useQuery({
    ...quickPreviewQuery(person.id, currency, provider),
    enabled: mayPreview.allowed,
  });
  const line = preview.data?.preview[0];
  return (
    <div style={{ display: 'flex', flexDirection: 'column', gap: 12 }}>
      <Group grow>
        <NativeSelect
          label="Currency"
          value={currency}
          data={[...currencies]}
          onChange={(event) => setCurrency(event.currentTarget.value)}
        />
        <NativeSelect
          label="Provider"
          value={provider}
          data={PROVIDER_NAMES.map((value) => ({ value, label: providerLabel(value) }))}
          onChange={(event) => {
            const chosen = event.currentTarget.value;
            setProvider(PROVIDER_NAMES.find((name) => name === chosen) ?? provider);
          }}
        />
      </Group>
      {!mayPreview.allowed && (
        <Note>
          <p>{mayPreview.reason}</p>
        </Note>
      )}
      {preview.error && <ErrorPanel error={preview.error} onRetry={() => void preview.refetch()} />}
      {line && preview.data && (
        <ConfirmPay
          // What was looked at is what is paid: another look is another payment.
          key={`${currency} ${provider} ${line.totalAmount} ${line.code}`}
          looked={{ personId: person.id, line, summary: preview.data.summary, provider }}
          onClose={onClose}
        />
      )}
      {!line && !preview.error && mayPreview.allowed && <TableSkeleton />}
    </div>
  );
}
