// Runs before anything else and on any Node that knows modules, so: old syntax only.
import fs from 'fs';

var engines = JSON.parse(fs.readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  .engines.node;

function numbers(version) {
  return version
    .replace(/^[^0-9]*/, '')
    .split('.')
    .map(Number);
}

/** Whether `version` is in a range such as `^20.20.0 || >=24.0.0`: no other forms are understood. */
export function satisfies(version, range) {
  var have = numbers(version);
  return range.split('||').some(function (part) {
    var want = numbers(part.trim());
    if (part.trim()[0] === '^' && have[0] !== want[0]) return false;
    for (var i = 0; i < 3; i += 1) {
      var least = want[i] || 0;
      if (have[i] !== least) return have[i] > least;
    }
    return true;
  });
}

/** Ends the process with one line where this Node is too old for what follows. */
export function requireNode() {
  if (satisfies(process.versions.node, engines)) return;
  console.error(
    'Bursar needs Node ' +
      engines +
      '; this is ' +
      process.versions.node +
      '. Install a newer Node (nodejs.org) and run the command again.',
  );
  process.exit(1);
}
