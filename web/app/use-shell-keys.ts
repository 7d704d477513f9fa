import { useNavigate } from '@tanstack/react-router';
import { useEffect, useMemo } from 'react';
import { useKeys } from '../lib/hotkeys.ts';
import { PLACES } from './places.ts';

/** The keys that work on every screen. Both callbacks must stay the same between renders. */
export function useShellKeys(openCommands: () => void, openHelp: () => void): void {
  const navigate = useNavigate();
  const keys = useMemo(
    () => ({
      '?': openHelp,
      '/': openCommands,
      ...Object.fromEntries(PLACES.map(({ to, key }) => [`g ${key}`, () => void navigate({ to })])),
    }),
    [openCommands, openHelp, navigate],
  );
  useKeys(keys);
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.metaKey || event.ctrlKey)) return;
      event.preventDefault();
      openCommands();
    };
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, [openCommands]);
}
