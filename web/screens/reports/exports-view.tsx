import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useMay, useSession } from '../../lib/may.ts';
import { DataTable } from '../../ui/data-table.tsx';
import { listProps } from '../../ui/list-props.ts';
import { Empty, Note } from '../../ui/note.tsx';
import { exportColumns } from './export-columns.tsx';
import { GiveUpDialog } from './give-up-dialog.tsx';
import { exportsQuery, type Export } from './queries.ts';

const NOTHING: readonly Export[] = [];

/** Files that were ordered: how far each is, and where it is when it is done. */
export function ExportsView({ onOrder }: { onOrder: () => void }) {
  const verdict = useMay()('export');
  const { actor } = useSession();
  const list = useInfiniteQuery({ ...exportsQuery, enabled: verdict.allowed });
  const [dropped, setDropped] = useState<Export | null>(null);
  const rows = useMemo(
    () => list.data?.pages.flatMap((page) => page.exports) ?? NOTHING,
    [list.data],
  );
  const columns = useMemo(() => exportColumns(actor, setDropped), [actor]);
  if (!verdict.allowed) {
    return (
      <Note>
        <p>{verdict.reason} Whoever holds it sees ordered files here.</p>
      </Note>
    );
  }
  return (
    <>
      <DataTable
        label="Exports"
        columns={columns}
        rows={rows}
        {...listProps(list)}
        empty={
          <Empty title="No file was ordered yet">
            <p>
              Order rows of payments, commissions, ledger entries or affiliates: a job makes the
              file, however large, and goes on where it stopped if it is cut off.
            </p>
            <Button variant="default" onClick={onOrder}>
              Order a file
            </Button>
          </Empty>
        }
      />
      {dropped && <GiveUpDialog file={dropped} onClose={() => setDropped(null)} />}
    </>
  );
}
