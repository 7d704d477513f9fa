// Prints the path of the Temporal CLI, or in one line why there is none.
import { StackError } from '../../../stack/index.ts';
import { locateTemporal } from '../../../stack/temporal/locate.ts';

const interrupted = new AbortController();
process.on('SIGINT', () => interrupted.abort());

try {
  const progress = (text: string) => console.log('progress', text);
  console.log(`FOUND ${await locateTemporal({ progress, signal: interrupted.signal })}`);
} catch (error) {
  if (interrupted.signal.aborted) console.log('ABORTED');
  else if (error instanceof StackError) console.log(`ERROR ${error.message} ${error.remedy}`);
  else throw error;
  process.exitCode = 1;
}
