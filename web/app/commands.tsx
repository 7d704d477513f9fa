import '@mantine/spotlight/styles.css';
import { createSpotlight, Spotlight, type SpotlightActionData } from '@mantine/spotlight';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { answerOf, batchApi, paymentApi } from '../lib/api.ts';
import { BATCH_WORDS, PAYMENT_WORDS } from '../lib/words.ts';
import { formatAmount } from '../lib/currency.ts';
import { PLACES } from './places.ts';

const [store, spotlight] = createSpotlight();

/** Anything shorter finds half of everything. */
const LETTERS_MIN = 2;
const FOUND_MAX = '5';

/** Finds screens by their names, batches by number or note, payments by any id that they go by. */
export default function Commands({ times }: { times: number }) {
  const [typed, setTyped] = useState('');
  const navigate = useNavigate();
  const found = useFound(typed.trim());
  useEffect(() => {
    if (times > 0) spotlight.open();
  }, [times]);
  const { batches: foundBatches, payments: foundPayments } = found;
  const hits = (foundBatches?.length ?? 0) + (foundPayments?.length ?? 0);
  // Hits come after the letters that they were looked for by: the first of what is there now is picked.
  useEffect(() => {
    if (typed.trim() !== '' || hits > 0) pickFirst();
  }, [typed, hits]);
  const places: SpotlightActionData[] = PLACES.map(({ to, label, about, icon: Sign }) => ({
    id: to,
    label,
    description: about,
    leftSection: <Sign size={18} aria-hidden />,
    onClick: () => void navigate({ to }),
  }));
  const open = (batchId: string, payment?: string) =>
    void navigate({ to: '/batches/$batchId', params: { batchId }, search: { payment } });
  const batches: SpotlightActionData[] = (foundBatches ?? []).map((batch) => ({
    id: batch.id,
    label: `Batch ${batch.batchNumber}`,
    description: `${BATCH_WORDS[batch.status].label} · ${formatAmount(batch.totalAmount, batch.currency)} ${batch.currency}`,
    keywords: typed,
    onClick: () => open(batch.id),
  }));
  const payments: SpotlightActionData[] = (foundPayments ?? []).map((payment) => ({
    id: payment.id,
    label: payment.id,
    description: `${PAYMENT_WORDS[payment.status].label} · ${formatAmount(payment.amount, payment.currency)} ${payment.currency}`,
    keywords: typed,
    onClick: () => open(payment.batchId, payment.id),
  }));
  return (
    <Spotlight
      store={store}
      shortcut={null}
      query={typed}
      onQueryChange={setTyped}
      actions={[
        { group: 'Batches', actions: batches },
        { group: 'Payments', actions: payments },
        { group: 'Screens', actions: places },
      ].filter(({ actions }) => actions.length > 0)}
      nothingFound="Nothing goes by that. Try a batch number, an id, an e-mail address."
      searchProps={{
        placeholder: 'A screen, a batch number, an id, a payee …',
        'aria-label': 'Find',
      }}
    />
  );
}

/** Picks the first of what is listed, which Enter then opens. The library does so only for what is there at once. */
function pickFirst(): void {
  const hits = document.getElementById(store.getState().listId)?.querySelectorAll('[data-action]');
  for (const [place, hit] of (hits ?? []).entries())
    hit.toggleAttribute('data-selected', place === 0);
  store.updateState((state) => ({ ...state, selected: 0 }));
}

function useFound(text: string) {
  const enabled = text.length >= LETTERS_MIN || /^\d+$/.test(text);
  const batches = useQuery({
    queryKey: ['batches', 'list', 'found', text],
    queryFn: ({ signal }) =>
      answerOf(
        batchApi.batches.$get({ query: { q: text, limit: FOUND_MAX } }, { init: { signal } }),
      ),
    enabled,
  });
  const payments = useQuery({
    queryKey: ['payments', 'list', 'found', text],
    queryFn: ({ signal }) =>
      answerOf(
        paymentApi.payments.$get({ query: { q: text, limit: FOUND_MAX } }, { init: { signal } }),
      ),
    enabled,
  });
  return { batches: batches.data?.batches, payments: payments.data?.payments };
}
