import {
  ActionIcon,
  Kbd,
  Menu,
  Tooltip,
  UnstyledButton,
  useMantineColorScheme,
} from '@mantine/core';
import {
  IconBook,
  IconKeyboard,
  IconLogout,
  IconMoon,
  IconSearch,
  IconSun,
  IconUser,
} from '@tabler/icons-react';
import { useComputedColorScheme } from '@mantine/core';
import { answerOf, authApi } from '../lib/api.ts';
import { useSession } from '../lib/may.ts';
import { endSession } from '../lib/session-end.ts';
import { chooseTimeZone, useTimeZone } from '../lib/time.ts';
import { LiveSign } from './live-sign.tsx';
import classes from './header-tools.module.css';

/** What is at hand on every screen. */
export function HeaderTools({
  onCommands,
  onHelp,
}: {
  onCommands: () => void;
  onHelp: () => void;
}) {
  return (
    <div className={classes['tools']}>
      <UnstyledButton className={classes['find']} onClick={onCommands}>
        <IconSearch size={15} aria-hidden />
        <span>Find or go to</span>
        <Kbd size="xs" aria-hidden>
          Ctrl K
        </Kbd>
      </UnstyledButton>
      <LiveSign />
      <ZoneSwitch />
      <SchemeSwitch />
      <Tooltip label="Keys (?)">
        <ActionIcon variant="subtle" color="gray" onClick={onHelp} aria-label="Keyboard shortcuts">
          <IconKeyboard size={18} aria-hidden />
        </ActionIcon>
      </Tooltip>
      <PersonMenu />
    </div>
  );
}

function ZoneSwitch() {
  const zone = useTimeZone();
  const other = zone === 'utc' ? 'local' : 'utc';
  const label = zone === 'utc' ? 'Times are in UTC' : 'Times are local';
  return (
    <Tooltip label={`${label}; switch to ${other === 'utc' ? 'UTC' : 'local time'}`}>
      <UnstyledButton
        className={classes['zone']}
        onClick={() => chooseTimeZone(other)}
        aria-label={`${label}. Switch.`}
      >
        {zone === 'utc' ? 'UTC' : 'Local'}
      </UnstyledButton>
    </Tooltip>
  );
}

function SchemeSwitch() {
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme('light');
  const other = scheme === 'light' ? 'dark' : 'light';
  return (
    <Tooltip label={`Switch to ${other}`}>
      <ActionIcon
        variant="subtle"
        color="gray"
        onClick={() => setColorScheme(other)}
        aria-label={`Switch to ${other} colours`}
      >
        {scheme === 'light' ? (
          <IconMoon size={18} aria-hidden />
        ) : (
          <IconSun size={18} aria-hidden />
        )}
      </ActionIcon>
    </Tooltip>
  );
}

function PersonMenu() {
  const session = useSession();
  const signOut = async () => {
    await answerOf(authApi.auth['sign-out'].$post());
    endSession();
  };
  return (
    <Menu position="bottom-end" width={240}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={`${session.name}: account`}>
          <IconUser size={18} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          <strong className={classes['name']}>{session.name}</strong>
          <br />
          {session.email}
          <br />
          {session.role.replace('_', ' ')}
        </Menu.Label>
        <Menu.Item component="a" href="/docs" leftSection={<IconBook size={15} aria-hidden />}>
          API reference
        </Menu.Item>
        <Menu.Item
          leftSection={<IconLogout size={15} aria-hidden />}
          onClick={() => void signOut()}
        >
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
