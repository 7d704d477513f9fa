// Starts a process that stays up and exits without ending it, as after an error nobody caught.
import { openLogFile } from '../../../stack/log-file.ts';
import { ManagedProcess } from '../../../stack/process.ts';

const [logDir = ''] = process.argv.slice(2);
const managed = new ManagedProcess(
  {
    name: 'program',
    command: process.execPath,
    args: ['--eval', `console.log('hello'); setInterval(() => {}, 1000)`],
    env: process.env,
    ready: { line: (text) => text === 'hello' },
    readyTimeoutMs: 10_000,
    stopSignal: 'SIGTERM',
    stopTimeoutMs: 1_000,
  },
  { log: () => undefined, logFile: openLogFile(logDir, 'program'), onChange: () => undefined },
);
await managed.start();
console.log(`PID ${managed.pid}`);
process.exit(1);
