import fs from 'node:fs';
import path from 'node:path';
import { projectRoot } from './ensure-deps.js';
import { ensureConsole } from './web.js';

/** What the first screen may cost on its way to a browser: scripts and styles together, compressed. */
const FIRST_ROUTE_BYTES_MAX = 260_000;
/** Where the application starts, and the screen that opens first. */
const FIRST_ROUTE = ['index.html', 'screens/overview/overview.tsx'];
/** Packages that only screens with charts may bring. */
const CHARTS = /recharts|@mantine\/charts/;

const builtDir = path.join(projectRoot, '.bursar', 'web');

/**
 * Adds up the files that a browser needs for the first screen, by the manifest of the build. Throws
 * where it names a file that is not there.
 */
export function firstRouteBytes(manifest, sizeOf) {
  const files = new Set();
  const seen = new Set();
  const follow = (key) => {
    if (seen.has(key)) return;
    seen.add(key);
    const chunk = manifest[key];
    if (!chunk) throw new Error(`The build has no ${key}.`);
    for (const file of [chunk.file, ...(chunk.css ?? [])]) files.add(file);
    for (const next of chunk.imports ?? []) follow(next);
  };
  FIRST_ROUTE.forEach(follow);
  const sized = [...files].map((file) => ({ file, bytes: sizeOf(file) }));
  return { files: sized, bytes: sized.reduce((sum, { bytes }) => sum + bytes, 0) };
}

async function checkBudget() {
  await ensureConsole();
  const manifestFile = path.join(builtDir, '.vite', 'manifest.json');
  if (!fs.existsSync(manifestFile)) {
    console.error('The console is not built, so its size was NOT looked at.');
    return 1;
  }
  const manifest = JSON.parse(fs.readFileSync(manifestFile, 'utf8'));
  const sizeOf = (file) => fs.statSync(path.join(builtDir, `${file}.gz`)).size;
  const { files, bytes } = firstRouteBytes(manifest, sizeOf);
  for (const each of files) console.log(`${String(each.bytes).padStart(8)}  ${each.file}`);
  console.log(`${String(bytes).padStart(8)}  of ${FIRST_ROUTE_BYTES_MAX} bytes, compressed`);
  const charts = files.filter(({ file }) =>
    CHARTS.test(fs.readFileSync(path.join(builtDir, file), 'utf8')),
  );
  for (const { file } of charts) console.error(`${file} holds charts; load them on their screens.`);
  return bytes > FIRST_ROUTE_BYTES_MAX || charts.length > 0 ? 1 : 0;
}

if (process.argv[1] === import.meta.filename) process.exitCode = await checkBudget();
