import { useQuery } from '@tanstack/react-query';
import { useLocation } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { sessionQuery } from '../lib/queries.ts';
import { ErrorPanel } from '../ui/error-panel.tsx';
import { ScreenSkeleton } from './screen-skeleton.tsx';
import { Shell } from './shell.tsx';

const Entrance = lazy(() => import('../screens/sign-in/entrance.tsx'));

/** Whoever is signed in sees the console; everybody else the way in. */
export function Root() {
  const { data: session, isPending, error, refetch } = useQuery(sessionQuery);
  const { pathname } = useLocation();
  if (isPending) return <ScreenSkeleton />;
  if (error) {
    return (
      <main id="main" style={{ padding: 24 }}>
        <ErrorPanel error={error} onRetry={() => void refetch()} />
      </main>
    );
  }
  if (session && pathname !== '/invite') return <Shell />;
  return (
    <Suspense fallback={<ScreenSkeleton />}>
      <Entrance invited={pathname === '/invite'} />
    </Suspense>
  );
}
