import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { projectRoot } from './ensure-deps.js';

const AUDIT_TIMEOUT_MS = 60_000;

/**
 * Looks at what comes from others: every package is pinned with its hash, none runs a script at
 * installation that `allowScripts` does not name, and none has a known advisory of level high or
 * critical. Where the registry answers no audit, that is said loudly and the rest still counts.
 */
export function checkSupplyChain() {
  const manifest = readJson('package.json');
  const lock = readJson('package-lock.json');
  const problems = [...lockProblems(manifest, lock), ...scriptProblems(manifest, lock)];
  const audit = askRegistry();
  return { problems: [...problems, ...audit.problems], skipped: audit.skipped };
}

/**
 * What the lock file lacks to say exactly what is installed. Optional builds for other systems may
 * stand in it without a hash: npm learns that only where the registry has them.
 */
export function lockProblems(manifest, lock) {
  const ranges = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies })
    .filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))
    .map(([name, version]) => `${name}: "${version}" in package.json is no exact version`);
  const packages = Object.entries(lock.packages).filter(([place]) => place !== '');
  const unhashed = packages
    .filter(
      ([, entry]) => !entry.link && !entry.optional && !entry.integrity?.startsWith('sha512-'),
    )
    .map(([place]) => `${place}: the lock file holds no SHA-512 of it`);
  const addressed = packages
    .filter(([, entry]) => entry.resolved !== undefined)
    .map(([place]) => `${place}: the lock file holds a download address`);
  return [...ranges, ...unhashed, ...addressed];
}

/** Packages that run a script at installation without having been looked at. */
export function scriptProblems(manifest, lock) {
  const judged = manifest.allowScripts ?? {};
  return Object.entries(lock.packages)
    .filter(([, entry]) => entry.hasInstallScript)
    .map(([place]) => place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length))
    .filter((name) => !(name in judged))
    .map((name) => `${name} runs a script at installation; judge it in "allowScripts"`);
}

/** What npm's answer about known advisories means; null where the registry gave none. */
export function auditProblems(report) {
  const counts = report?.metadata?.vulnerabilities;
  if (counts === undefined) return null;
  return Object.values(report.vulnerabilities ?? {})
    .filter(({ severity }) => severity === 'high' || severity === 'critical')
    .map(({ name, severity, range }) => `${name} ${range} has an advisory of level ${severity}`);
}

function askRegistry() {
  const answer = spawnSync('npm', ['audit', '--json', '--package-lock-only'], {
    cwd: projectRoot,
    encoding: 'utf8',
    timeout: AUDIT_TIMEOUT_MS,
  });
  const problems = auditProblems(parse(answer.stdout));
  return problems === null
    ? { problems: [], skipped: 'the registry answers no audit: advisories were NOT looked at' }
    : { problems, skipped: null };
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const readJson = (name) => JSON.parse(readFileSync(path.join(projectRoot, name), 'utf8'));

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { problems, skipped } = checkSupplyChain();
  for (const problem of problems) console.error(problem);
  if (skipped !== null) console.warn(`WARNING: ${skipped}`);
  if (problems.length === 0) console.log('Every package is pinned, hashed and known.');
  process.exitCode = problems.length === 0 ? 0 : 1;
}
