/**
 * Lets us finish our work where nobody reads any more: a reader such as `head` that has seen enough
 * closes the pipe, and a terminal window that is closed takes its streams away.
 */
export function outliveReaders(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
    });
  }
}
