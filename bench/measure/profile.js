// Loaded before a program that is to be profiled: node takes --cpu-prof on its command line only.
import { writeFileSync } from 'node:fs';
import { Session } from 'node:inspector';
import path from 'node:path';
import { isMainThread } from 'node:worker_threads';

const dir = process.env['BURSAR_BENCH_PROFILE_DIR'];

if (dir && isMainThread) {
  const session = new Session();
  session.connect();
  session.post('Profiler.enable');
  session.post('Profiler.start');
  process.on('exit', () => {
    session.post('Profiler.stop', (error, { profile }) => {
      const program = path.basename(path.dirname(process.argv[1] ?? 'node'));
      const file = path.join(dir, `${program}-${process.pid}.cpuprofile`);
      if (!error) writeFileSync(file, JSON.stringify(profile));
    });
  });
}
