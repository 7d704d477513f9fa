import { useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';

/** Asks again for what a change of a recipient may have touched. */
export function useRefreshRecipient(): () => Promise<void> {
  const queries = useQueryClient();
  return useCallback(async () => {
    await Promise.all(
      ['recipients', 'payables', 'payments', 'batches', 'rules'].map((key) =>
        queries.invalidateQueries({ queryKey: [key] }),
      ),
    );
  }, [queries]);
}
