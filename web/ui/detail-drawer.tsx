import { Drawer } from '@mantine/core';
import { useMemo, type ReactNode } from 'react';
import { useKeys } from '../lib/hotkeys.ts';

/** One thing beside the list that it is in. Escape closes it, but not under a dialog that it has opened. */
export function DetailDrawer({
  title,
  opened,
  onClose,
  size = 620,
  children,
}: {
  title: string;
  opened: boolean;
  onClose: () => void;
  /** In pixels, where there is room. */
  size?: number;
  children: ReactNode;
}) {
  return (
    <Drawer
      opened={opened}
      onClose={onClose}
      size={size}
      title={title}
      closeOnEscape={false}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <CloseKey onClose={onClose} />
      {children}
    </Drawer>
  );
}

function CloseKey({ onClose }: { onClose: () => void }) {
  const keys = useMemo(
    () => ({
      Escape: () => {
        if (document.querySelectorAll('[role="dialog"]').length === 1) onClose();
      },
    }),
    [onClose],
  );
  useKeys(keys, { inDialog: true });
  return null;
}
