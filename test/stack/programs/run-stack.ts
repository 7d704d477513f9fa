// Starts a stack with the options given as JSON and keeps it up until SIGINT, as `bursar dev` does.
import { startStack, StackError } from '../../../stack/index.ts';

const interrupted = new AbortController();
process.on('SIGINT', () => interrupted.abort());

try {
  const stack = await startStack({
    ...JSON.parse(process.argv[2] ?? '{}'),
    signal: interrupted.signal,
    log: ({ kind, source, text }) => console.log(kind, source, text),
  });
  console.log(`UP ${JSON.stringify(stack.info)}`);
  if (!interrupted.signal.aborted) {
    const keepAlive = setInterval(() => undefined, 60_000);
    await new Promise((resolve) => interrupted.signal.addEventListener('abort', resolve));
    clearInterval(keepAlive);
  }
  await stack.stop();
  console.log('STOPPED');
} catch (error) {
  if (interrupted.signal.aborted) console.log('ABORTED');
  else if (error instanceof StackError) console.log(`ERROR ${error.message} ${error.remedy}`);
  else throw error;
  process.exitCode = 1;
}
