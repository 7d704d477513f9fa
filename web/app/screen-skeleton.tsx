import { Skeleton } from '@mantine/core';
import { TableSkeleton } from '../ui/table-skeleton.tsx';
import classes from '../ui/page.module.css';

/** A screen to come. */
export function ScreenSkeleton() {
  return (
    <main id="main" className={classes['page']} aria-busy aria-label="Loading">
      <Skeleton height={24} width={180} radius="sm" />
      <TableSkeleton />
    </main>
  );
}
