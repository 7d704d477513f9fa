// Tries for a lock once and, where it gets it, holds it until it is ended.
import { tryLock } from '../../../stack/lock.ts';

const [file = ''] = process.argv.slice(2);
const { holder } = tryLock(file);
console.log(holder === undefined ? 'LOCKED' : `HELD ${holder.pid}`);
if (holder === undefined) setInterval(() => undefined, 60_000);
