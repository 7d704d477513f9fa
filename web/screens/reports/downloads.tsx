import { Button } from '@mantine/core';
import { IconDownload, IconPrinter } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useMay } from '../../lib/may.ts';
import { count } from '../../lib/words.ts';
import { ActButton } from '../../ui/act-button.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Note } from '../../ui/note.tsx';
import { Time } from '../../ui/time.tsx';
import type { ReportQuery } from './asked.ts';
import { CopyHash } from './copy-hash.tsx';
import { saveReport, type FileFormat, type FilePart, type SavedFile } from './save-file.ts';
import type { ReportName } from './search.ts';
import classes from './report-frame.module.css';

/** A file that is asked for; the ones after the first go on with the filters of the first. */
interface Asked extends FilePart {
  format: FileFormat;
}

/** Buttons that save a report, and what the last file says about itself. */
export function useDownloads(
  name: ReportName | null,
  query: ReportQuery,
): { buttons: ReactNode; note: ReactNode } {
  const may = useMay();
  const save = useMutation({
    mutationFn: async ({ format, ...part }: Asked) =>
      name === null ? null : saveReport(name, part, format),
  });
  if (name === null) return { buttons: null, note: null };
  const verdict = may('export');
  const button = (format: FileFormat) => (
    <ActButton
      key={format}
      verdict={verdict}
      variant="default"
      loading={save.isPending && save.variables.format === format}
      leftSection={<IconDownload size={14} aria-hidden />}
      onClick={() => save.mutate({ format, query, cursor: null, part: 1 })}
    >
      {format.toUpperCase()}
    </ActButton>
  );
  return {
    buttons: (
      <>
        {button('csv')}
        {button('json')}
        <Button
          variant="default"
          leftSection={<IconPrinter size={14} aria-hidden />}
          onClick={() => window.print()}
        >
          Print
        </Button>
      </>
    ),
    note: (
      <div className={`no-print ${classes['live']}`} aria-live="polite">
        {save.error && <ErrorPanel error={save.error} />}
        {save.data && (
          <SavedNote
            file={save.data}
            isPending={save.isPending}
            onNext={(cursor) =>
              save.variables &&
              save.mutate({ ...save.variables, cursor, part: save.variables.part + 1 })
            }
          />
        )}
      </div>
    ),
  };
}

function SavedNote({
  file,
  isPending,
  onNext,
}: {
  file: SavedFile;
  isPending: boolean;
  onNext: (cursor: string) => void;
}) {
  const { fileName, rows, hash, generatedAt, format, nextCursor } = file;
  return (
    <Note>
      <span className={classes['file']}>
        <strong>{fileName}</strong>
        <span>{count(rows, 'row')}</span>
        <span>
          as of <Time at={generatedAt} seconds />
        </span>
        <span>
          SHA-256 of {format === 'csv' ? 'the file' : 'its rows'} <CopyHash hash={hash} />
        </span>
        {nextCursor !== null && (
          <Button
            variant="default"
            size="compact-xs"
            loading={isPending}
            onClick={() => onNext(nextCursor)}
          >
            More rows follow: save the next file
          </Button>
        )}
      </span>
    </Note>
  );
}
