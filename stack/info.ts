import { rmSync } from 'node:fs';
import path from 'node:path';
import { readJson, writeJson } from './json-file.ts';

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
export function readStackFile(dataDir: string): StackInfo | undefined {
  return readJson(stackFile(dataDir)) as StackInfo | undefined;
}

/** Replaces the stack file in one step, readable by its owner only: it holds a key and a password. */
export function writeStackFile(dataDir: string, info: StackInfo): void {
  writeJson(stackFile(dataDir), info);
}

/** Takes the stack file away; nothing happens where there is none. */
export function removeStackFile(dataDir: string): void {
  rmSync(stackFile(dataDir), { force: true });
}
