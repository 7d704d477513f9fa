import { CopyButton, Tooltip, UnstyledButton, VisuallyHidden } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';

/** Enough to see that two hashes differ. */
const SHOWN = 12;

/** The beginning of a hash, which is copied whole by a click. */
export function CopyHash({ hash }: { hash: string }) {
  return (
    <CopyButton value={hash} timeout={1_500}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? 'Copied' : hash}>
          <UnstyledButton
            pos="relative"
            fz="inherit"
            c="dimmed"
            onClick={(event) => {
              event.stopPropagation();
              copy();
            }}
          >
            <VisuallyHidden>{copied ? 'Copied' : 'Copy hash'} </VisuallyHidden>
            <span className="mono">{hash.slice(0, SHOWN)}…</span>{' '}
            {copied ? <IconCheck size={12} aria-hidden /> : <IconCopy size={12} aria-hidden />}
          </UnstyledButton>
        </Tooltip>
      )}
    </CopyButton>
  );
}
