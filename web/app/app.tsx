import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { ApiError } from '../lib/api-error.ts';
import { sessionQuery } from '../lib/queries.ts';
import { onSessionEnd } from '../lib/session-end.ts';
import { styleNonce } from '../lib/settings.ts';
import { router } from './router.ts';
import { cssVariables, theme } from './theme.ts';

const RETRIES_MAX = 3;

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // A refusal stays one; what is only away for a moment is asked for again.
      retry: (failures, error) =>
        error instanceof ApiError && error.passes && failures < RETRIES_MAX,
      staleTime: 10_000,
    },
    mutations: { retry: false },
  },
});

/** Whoever signs in next sees nothing of what the one before saw. */
onSessionEnd(() => {
  queries.setQueryData(sessionQuery.queryKey, null);
  queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' });
});

export function App() {
  return (
    <StrictMode>
      <MantineProvider
        theme={theme}
        cssVariablesResolver={cssVariables}
        defaultColorScheme="auto"
        getStyleNonce={() => styleNonce}
      >
        <QueryClientProvider client={queries}>
          <Notifications position="bottom-right" limit={3} />
          <RouterProvider router={router} />
        </QueryClientProvider>
      </MantineProvider>
    </StrictMode>
  );
}
