import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'vitest';
import { writeStackFile } from '../../stack/info.ts';
import { projectDir } from '../support/program.ts';
import type { TestStack } from '../support/test-stack.ts';

/** How one call of the command ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;

/** Runs a program of `cli/` to its end, without a terminal and without the variables it heeds. */
export async function runCli(
  program: string,
  args: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const { BURSAR_URL: _url, BURSAR_API_KEY: _key, DATABASE_URL: _database, ...env } = process.env;
  const child = spawn(
    process.execPath,
    ['--import', tsx, path.join(projectDir, 'cli', program), ...args],
    { stdio: ['ignore', 'pipe', 'pipe'], env: { ...env, ...variables } },
  );
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}

/** Runs `bursar` with these words. */
export const bursar = (...args: readonly string[]): Promise<Ended> => runCli('main.ts', args);

/** `bursar` on one stack: found by its data folder, as a stack that runs here is. */
export function bursarOn(stack: TestStack): typeof bursar {
  writeStackFile(stack.dataDir, {
    apiUrl: stack.apiUrl,
    apiKey: stack.apiKey,
    webUrl: stack.apiUrl,
    temporalAddress: stack.temporalAddress,
    temporalNamespace: stack.namespace,
    temporalUiUrl: 'http://127.0.0.1:8233',
    databaseUrl: stack.databaseUrl,
    simulatorUrl: stack.simulatorUrl,
    processes: { api: null, worker: [], simulator: null, temporal: null, postgres: null },
  });
  return (...args) => bursar('--data', stack.dataDir, ...args);
}

/** The JSON document that is all of stdout. */
export const jsonOf = ({ stdout, stderr, code }: Ended): unknown => {
  try {
    return JSON.parse(stdout);
  } catch {
    throw new Error(`not one JSON document (exit ${code}):\n${stdout}\n${stderr}`);
  }
};

/** Fails with all that was written where a call did not end with that code. */
export function expectExit({ code, stdout, stderr }: Ended, expected: number): void {
  expect({ code, ...(code !== expected && { stdout, stderr }) }).toEqual({ code: expected });
}
