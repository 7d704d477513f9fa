import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** Process ids of a running stack; null where the part is not ours, or is down at the moment. */
export interface StackProcesses {
  readonly api: number | null;
  readonly worker: readonly number[];
  readonly simulator: number | null;
  readonly temporal: number | null;
  readonly postgres: number | null;
}

/** What `<dataDir>/stack.json` says while the stack is up: where everything answers. */
export interface StackInfo {
  readonly apiUrl: string;
  /** The administrator's key; empty where the API is not part of the stack. */
  readonly apiKey: string;
  readonly webUrl: string;
  readonly temporalAddress: string;
  readonly temporalNamespace: string;
  readonly temporalUiUrl: string;
  readonly databaseUrl: string;
  readonly simulatorUrl: string;
  readonly processes: StackProcesses;
}

const stackFile = (dataDir: string) => path.join(dataDir, 'stack.json');

/** The running stack's addresses, or undefined where no stack is up on that data. */
export async function readStackFile(dataDir: string): Promise<StackInfo | undefined> {
  const text = await readFile(stackFile(dataDir), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as StackInfo);
}

/** Replaces the stack file in one step, readable by its owner only: it holds a key and a password. */
export async function writeStackFile(dataDir: string, info: StackInfo): Promise<void> {
  const temporary = `${stackFile(dataDir)}.${process.pid}`;
  await writeFile(temporary, `${JSON.stringify(info, null, 2)}\n`, { mode: 0o600 });
  await rename(temporary, stackFile(dataDir));
}

/** Takes the stack file away; nothing happens where there is none. */
export async function removeStackFile(dataDir: string): Promise<void> {
  await rm(stackFile(dataDir), { force: true });
}
