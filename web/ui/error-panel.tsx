import { Button } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { ApiError } from '../lib/api-error.ts';
import { CopyId } from './copy-id.tsx';
import classes from './panel.module.css';

/** What went wrong in the words of the API, what to do, and the id that leads to it in the log. */
export function ErrorPanel({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const known = error instanceof ApiError ? error : null;
  // The message names the first one by itself.
  const details = known?.details.filter(({ reason }) => !known.message.includes(reason)) ?? [];
  return (
    <div className={classes['panel']} data-tone="bad" role="alert">
      <IconAlertTriangle size={18} aria-hidden />
      <div className={classes['words']}>
        <p>{known ? known.message : 'The console has a fault here. Load the page again.'}</p>
        {details.length > 0 && (
          <ul>
            {details.map(({ path, reason }) => (
              <li key={`${path} ${reason}`}>
                <span className="mono">{path}</span> {reason}
              </li>
            ))}
          </ul>
        )}
        <p className="soft">
          {known && <span className="mono">{known.code}</span>}{' '}
          {known?.requestId && (
            <>
              request <CopyId id={known.requestId} label="request id" whole />
            </>
          )}
        </p>
      </div>
      {onRetry && (
        <Button variant="default" onClick={onRetry}>
          Try again
        </Button>
      )}
    </div>
  );
}
