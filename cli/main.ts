import { CommanderError } from 'commander';
import { EXIT } from './exit-codes.ts';
import { reportError } from './output/error.ts';
import { outliveReaders } from './output/streams.ts';
import { makeProgram } from './program.ts';

/** Whether errors are to be written as JSON; asked before anything is parsed, so they always are. */
const json = process.argv.includes('--json');

outliveReaders();
try {
  await makeProgram().parseAsync(process.argv);
} catch (error) {
  // Commander has said by itself what was wrong with the usage; help and version end this way too.
  if (error instanceof CommanderError)
    process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  else process.exitCode = reportError(error, json);
}
