import { Button, Tooltip, VisuallyHidden, type ButtonProps } from '@mantine/core';
import { useId, type ReactNode } from 'react';
import type { Verdict } from '../lib/verdict.ts';

/**
 * A button for what may not be allowed. It is shown all the same, and says why it does nothing: by a
 * hint to those who point at it, and as its description to those who hear it.
 */
export function ActButton({
  verdict,
  onClick,
  children,
  ...rest
}: ButtonProps & { verdict: Verdict; onClick: () => void; children: ReactNode }) {
  const id = useId();
  if (verdict.allowed) {
    return (
      <Button {...rest} onClick={onClick}>
        {children}
      </Button>
    );
  }
  return (
    <>
      <Tooltip label={verdict.reason} maw={320}>
        <Button
          {...rest}
          variant="default"
          data-disabled
          aria-disabled
          aria-describedby={id}
          onClick={(event) => event.preventDefault()}
        >
          {children}
        </Button>
      </Tooltip>
      <VisuallyHidden id={id}>{verdict.reason}</VisuallyHidden>
    </>
  );
}
