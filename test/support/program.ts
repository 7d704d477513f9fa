import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { onTestFinished } from 'vitest';

/** A program of a test, run as a process of its own. */
export interface RunningProgram {
  readonly child: ChildProcess;
  /** All it has written so far, to both streams. */
  output(): string;
  /** Resolves with the first part of the output that fits; rejects where it ends without. */
  waitFor(pattern: RegExp): Promise<RegExpExecArray>;
  /** Its exit code, or the name of the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
}

export const projectDir = path.resolve(import.meta.dirname, '../..');

/** Runs a TypeScript file, given from the project's folder; ended with the test at the latest. */
export function runTypeScript(
  file: string,
  args: readonly string[] = [],
  env: NodeJS.ProcessEnv = process.env,
): RunningProgram {
  const tsx = createRequire(import.meta.url).resolve('tsx');
  const flags = ['--import', pathToFileURL(tsx).href, path.join(projectDir, file)];
  return runCommand(process.execPath, [...flags, ...args], { env });
}

/** Runs any command; ended with the test at the latest. */
export function runCommand(
  command: string,
  args: readonly string[],
  options: { readonly env?: NodeJS.ProcessEnv; readonly cwd?: string } = {},
): RunningProgram {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  const ended = once(child, 'close').then(([code, signal]) => (code ?? signal) as number);
  onTestFinished(() => void child.kill('SIGKILL'));
  return {
    child,
    ended,
    output: () => output,
    waitFor: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const match = pattern.exec(output);
          if (match !== null) resolve(match);
        };
        child.stdout.on('data', look);
        child.stderr.on('data', look);
        look();
        void ended.then((code) => reject(new Error(`ended with ${code}:\n${output}`)));
      }),
  };
}
