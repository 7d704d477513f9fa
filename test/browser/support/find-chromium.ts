import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Where distributions put it. */
const KNOWN = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];
const INSTALL_WITHIN_MS = 300_000;

/**
 * The browser's program: `CHROMIUM` where it is set, else one that is installed, else Debian's, which
 * is installed now where we are root and apt is there. Else why there is none.
 */
export function findChromium(): { path: string } | { why: string } {
  const given = process.env['CHROMIUM'];
  if (given)
    return existsSync(given) ? { path: given } : { why: `CHROMIUM names no file: ${given}` };
  const installed = (): string | undefined => KNOWN.find((file) => existsSync(file));
  const found = installed();
  if (found !== undefined) return { path: found };
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
    return { why: 'none is installed; install chromium, or name one with CHROMIUM=…' };
  }
  console.error('Installing chromium for the browser tests; once, some minutes.');
  const apt = (...args: string[]) =>
    spawnSync('apt-get', args, {
      encoding: 'utf8',
      timeout: INSTALL_WITHIN_MS,
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
  const install = ['install', '-y', '-q', '--no-install-recommends', 'chromium'];
  let { status, stderr } = apt(...install);
  if (status !== 0) {
    apt('update', '-q');
    ({ status, stderr } = apt(...install));
  }
  const now = installed();
  if (now !== undefined) return { path: now };
  return { why: `apt-get install chromium failed: ${stderr.trim().split('\n').at(-1) ?? status}` };
}
