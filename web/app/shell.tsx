import { Burger, Drawer } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQueryClient } from '@tanstack/react-query';
import { Outlet } from '@tanstack/react-router';
import { lazy, Suspense, useCallback, useEffect, useState } from 'react';
import { followEvents } from '../lib/live.ts';
import { settings } from '../lib/settings.ts';
import { HeaderTools } from './header-tools.tsx';
import { Navigation } from './navigation.tsx';
import { ProofDialog } from './proof-dialog.tsx';
import { ShortcutsDialog } from './shortcuts-dialog.tsx';
import { useShellKeys } from './use-shell-keys.ts';
import classes from './shell.module.css';

const Commands = lazy(() => import('./commands.tsx'));

/** What stands around every screen: where one is, what may be reached, and how live it all is. */
export function Shell() {
  const queries = useQueryClient();
  const [menu, { toggle, close }] = useDisclosure();
  const [help, { open: openHelp, close: closeHelp }] = useDisclosure();
  const [commands, setCommands] = useState(0);
  useEffect(() => followEvents(queries), [queries]);
  const openCommands = useCallback(() => setCommands((times) => times + 1), []);
  useShellKeys(openCommands, openHelp);
  return (
    <>
      <a href="#main" className="skip-link">
        Skip to the screen
      </a>
      {settings.test && (
        <div className={classes['test']} role="note">
          <strong>TEST</strong> Payments by the simulator move no money.
        </div>
      )}
      <header className={classes['header']}>
        <Burger
          opened={menu}
          onClick={toggle}
          size="sm"
          className={classes['burger']}
          aria-label="Navigation"
        />
        <span className={classes['brand']}>Bursar</span>
        <HeaderTools onCommands={openCommands} onHelp={openHelp} />
      </header>
      <div className={classes['body']}>
        <nav className={classes['side']} aria-label="Screens">
          <Navigation />
        </nav>
        <Drawer opened={menu} onClose={close} position="left" size={240} title="Bursar">
          <nav aria-label="Screens">
            <Navigation onGo={close} />
          </nav>
        </Drawer>
        <div className={classes['screen']}>
          <Outlet />
        </div>
      </div>
      <ProofDialog />
      <ShortcutsDialog opened={help} onClose={closeHelp} />
      {commands > 0 && (
        <Suspense fallback={null}>
          <Commands times={commands} />
        </Suspense>
      )}
    </>
  );
}
