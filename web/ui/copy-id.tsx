import { CopyButton, Tooltip, UnstyledButton } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import classes from './copy-id.module.css';

/** Ids differ at their end: that is what a short one shows. */
const TAIL = 8;

const shorten = (id: string): string => {
  const [prefix = '', rest] = id.split('_');
  return rest === undefined || rest.length <= TAIL + 2 ? id : `${prefix}_…${rest.slice(-TAIL)}`;
};

/** An id that is copied whole by a click, however little of it is shown. */
export function CopyId({
  id,
  label,
  whole = false,
}: {
  id: string;
  label: string;
  whole?: boolean;
}) {
  const shown = whole ? id : shorten(id);
  return (
    <CopyButton value={id} timeout={1_500}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? 'Copied' : `Copy ${label} ${id}`}>
          <UnstyledButton
            className={classes['copy']}
            aria-label={`${copied ? 'Copied' : 'Copy'} ${label} ${shown}`}
            onClick={(event) => {
              event.stopPropagation();
              copy();
            }}
          >
            <span className="mono">{shown}</span>
            {copied ? <IconCheck size={13} aria-hidden /> : <IconCopy size={13} aria-hidden />}
          </UnstyledButton>
        </Tooltip>
      )}
    </CopyButton>
  );
}
