import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const projectRoot = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

const lockFile = path.join(projectRoot, 'package-lock.json');
const modulesDir = path.join(projectRoot, 'node_modules');
const stampFile = path.join(modulesDir, '.bursar-stamp');
const installLock = path.join(projectRoot, '.bursar', 'install.lock');

const INSTALL_MAX_MS = 15 * 60 * 1000;
const PROGRESS_EVERY_MS = 10 * 1000;

/** npm's error codes, and what a person can do about them. */
const REMEDIES = [
  [/ENOSPC|no space left/i, 'The disk is full. Free about 1 GB and run the command again.'],
  [
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ERR_SOCKET_TIMEOUT/,
    'The package registry cannot be reached. Check the network, `npm config get registry` and proxy settings, and run the command again.',
  ],
  [/EACCES|EPERM|EROFS/, 'This folder cannot be written. Make it yours and run the command again.'],
  [
    /EUSAGE|can only install packages when/,
    'package.json and package-lock.json do not fit each other. Run `npm install` and run the command again.',
  ],
];

/**
 * Makes node_modules fit package-lock.json, running npm where it is missing, stale or made for
 * another Node or machine. Ends the process with one line that says what to do where that fails.
 */
export async function ensureDependencies() {
  if (isUpToDate()) return;
  await withInstallLock(async () => {
    if (isUpToDate()) return;
    await install();
    writeStamp();
  });
}

function isUpToDate() {
  const stamp = readText(stampFile);
  if (stamp !== undefined) {
    const { lock, ...machine } = JSON.parse(stamp);
    if (JSON.stringify(machine) !== JSON.stringify(thisMachine())) return false;
    if (lock === lockHash()) return true;
  }
  // Installed by hand, then: npm's own record of what it installed tells whether it fits.
  if (!fitsInstalled()) return false;
  writeStamp();
  return true;
}

function thisMachine() {
  return {
    node: process.versions.node.split('.')[0],
    platform: process.platform,
    arch: process.arch,
  };
}

function lockHash() {
  const text = readText(lockFile) ?? readText(path.join(projectRoot, 'package.json')) ?? '';
  return createHash('sha256').update(text).digest('hex');
}

function writeStamp() {
  fs.writeFileSync(stampFile, JSON.stringify({ lock: lockHash(), ...thisMachine() }));
}

/** Whether node_modules holds each package that package-lock.json asks for, at that version. */
function fitsInstalled() {
  const installed = readText(path.join(modulesDir, '.package-lock.json'));
  const wanted = readText(lockFile);
  if (installed === undefined || wanted === undefined) return false;
  const present = JSON.parse(installed).packages;
  return Object.entries(JSON.parse(wanted).packages).every(
    ([place, { version, optional }]) =>
      place === '' || (present[place] ? present[place].version === version : optional === true),
  );
}

async function install() {
  const command = fs.existsSync(lockFile) ? 'ci' : 'install';
  const startedAtMs = Date.now();
  const seconds = () => Math.round((Date.now() - startedAtMs) / 1000);
  console.error(`Installing dependencies (npm ${command}); once, about a minute.`);
  const timer = setInterval(
    () => console.error(`Installing dependencies, ${seconds()} s so far.`),
    PROGRESS_EVERY_MS,
  );
  const { code, output } = await runNpm([command, '--no-audit', '--no-fund', '--loglevel=error']);
  clearInterval(timer);
  if (code !== 0) fail(installFailure(code, output));
  console.error(`Installed dependencies in ${seconds()} s.`);
}

/** npm's exit code and what it wrote; the code is undefined where there is no npm. */
function runNpm(args) {
  return new Promise((resolve) => {
    const child = spawn('npm', args, {
      cwd: projectRoot,
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32',
    });
    let output = '';
    const keep = (text) => {
      output = (output + text).slice(-20_000);
    };
    child.stdout.setEncoding('utf8').on('data', keep);
    child.stderr.setEncoding('utf8').on('data', keep);
    child.on('error', (error) => resolve({ code: undefined, output: String(error) }));
    child.on('close', (code, signal) => resolve({ code: code ?? signal, output }));
  });
}

function installFailure(code, output) {
  if (code === undefined && /ENOENT/.test(output)) {
    return 'npm was not found. Install Node with npm (nodejs.org) and run the command again.';
  }
  const known = REMEDIES.find(([pattern]) => pattern.test(output));
  if (known !== undefined) return `Dependencies could not be installed. ${known[1]}`;
  const line = output.split('\n').find((text) => /^npm (error|ERR!) (?!code)/.test(text));
  return `Dependencies could not be installed (${line ?? `npm ended with ${code}`}). Run \`npm ci\` to see all of it.`;
}

/** One installation at a time: two npm at once leave neither's result. */
async function withInstallLock(run) {
  try {
    fs.mkdirSync(path.dirname(installLock), { recursive: true });
  } catch (error) {
    fail(installFailure(undefined, String(error)));
  }
  for (let told = false; !takeInstallLock(); told = true) {
    if (!told) console.error('Another command is installing dependencies; waiting for it.');
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  const release = () => fs.rmSync(installLock, { force: true });
  process.on('exit', release);
  try {
    await run();
  } finally {
    release();
    process.off('exit', release);
  }
}

function takeInstallLock() {
  try {
    fs.writeFileSync(installLock, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') fail(installFailure(undefined, String(error)));
  }
  if (isAbandoned()) fs.rmSync(installLock, { force: true });
  return false;
}

function isAbandoned() {
  try {
    if (Date.now() - fs.statSync(installLock).mtimeMs > INSTALL_MAX_MS) return true;
    process.kill(Number(readText(installLock)), 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}

function readText(file) {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

function fail(line) {
  console.error(line);
  process.exit(1);
}
