import { Skeleton } from '@mantine/core';

const WIDTHS = ['92%', '84%', '88%', '78%', '90%', '82%', '86%', '80%'];

/** Rows to come. */
export function TableSkeleton() {
  return (
    <div style={{ padding: '4px 12px 12px' }} aria-hidden>
      {WIDTHS.map((width) => (
        <Skeleton key={width} height={12} mt={18} width={width} radius="sm" />
      ))}
    </div>
  );
}
