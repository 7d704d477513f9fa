import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { errorText, StackError } from '../errors.ts';
import { commandFlags } from '../flags.ts';

/** How to run Postgres's programs: as whom, and with what in front of the command. */
export interface PostgresUser {
  readonly ids: { readonly uid: number; readonly gid: number } | undefined;
  /** The command line that runs `command` as that user. */
  launch(command: string, args: readonly string[]): readonly [string, readonly string[]];
}

const USER_NAME = 'postgres';
const READ_SEARCH_BIT = 2n;

const presentUser: PostgresUser = {
  ids: undefined,
  launch: (command, args) => [command, args],
};

/**
 * Postgres refuses to run as root. Where we are root it runs as the system user `postgres`, made
 * where missing. That user must reach `paths`; where a folder above is closed to it, such as
 * /root, the programs get the one capability to look inside folders that are not theirs.
 * @throws StackError where such a user cannot be had.
 */
export function postgresUser(paths: readonly string[]): PostgresUser {
  if (process.getuid?.() !== 0) return presentUser;
  const ids = userIds() ?? createUser();
  if (paths.every(isOpenToAll)) return { ids, launch: (command, args) => [command, args] };
  const capability = searchCapability();
  return {
    ids,
    launch: (command, args) => [
      'setpriv',
      [
        ...commandFlags({
          reuid: ids.uid,
          regid: ids.gid,
          'inh-caps': `+${capability}`,
          'ambient-caps': `+${capability}`,
          // Without it access(2), which Postgres asks, ignores capabilities of users other than root.
          securebits: '+no_setuid_fixup',
        }),
        '--clear-groups',
        command,
        ...args,
      ],
    ],
  };
}

function userIds(): { uid: number; gid: number } | undefined {
  const id = (flag: string) =>
    Number(execFileSync('id', [flag, USER_NAME], { stdio: ['ignore', 'pipe', 'ignore'] }));
  try {
    return { uid: id('-u'), gid: id('-g') };
  } catch {
    return undefined;
  }
}

function createUser(): { uid: number; gid: number } {
  try {
    execFileSync('groupadd', ['--system', USER_NAME], { stdio: 'ignore' });
    execFileSync('useradd', ['--system', '-g', USER_NAME, USER_NAME], { stdio: 'ignore' });
    const ids = userIds();
    if (ids !== undefined) return ids;
  } catch {
    // Said below, whatever the reason.
  }
  throw new StackError(
    'Postgres does not run as root, and the system user `postgres` could not be made.',
    'Run as another user, or set DATABASE_URL to a Postgres database.',
  );
}

/** Whether every user may pass through all folders above. */
function isOpenToAll(file: string): boolean {
  for (let dir = path.dirname(path.resolve(file)); ; dir = path.dirname(dir)) {
    if ((statSync(dir).mode & 0o001) === 0) return false;
    if (dir === path.dirname(dir)) return true;
  }
}

/** The weaker of the two capabilities where we have it; containers often lack it. */
function searchCapability(): 'dac_read_search' | 'dac_override' {
  try {
    execFileSync('setpriv', ['--version'], { stdio: 'ignore' });
    const held = /^CapEff:\s*([0-9a-f]+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
    const mask = BigInt(`0x${held ?? '0'}`);
    return ((mask >> READ_SEARCH_BIT) & 1n) === 1n ? 'dac_read_search' : 'dac_override';
  } catch (error) {
    throw new StackError(
      `Postgres runs as the user \`postgres\`, who cannot reach this folder (${errorText(error)}).`,
      'Move the project out of folders that only root may enter, run as another user, or set DATABASE_URL.',
    );
  }
}
