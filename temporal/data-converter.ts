import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { DataConverter } from '@temporalio/common';
import type { SealingCodec } from './codec.ts';

const besides = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

/** The module that keeps failures out of the open, compiled or not. */
export const FAILURE_CONVERTER = existsSync(besides('failure-converter.ts'))
  ? besides('failure-converter.ts')
  : besides('failure-converter.js');

/** How the API writes to Temporal; nothing where there are no keys. It never writes failures. */
export const clientConverter = (codec: SealingCodec | null): { dataConverter?: DataConverter } =>
  codec ? { dataConverter: { payloadCodecs: [codec] } } : {};

/** How the worker writes to Temporal: failures, its own and its workflows', in payloads too. */
export const workerConverter = (codec: SealingCodec | null): { dataConverter?: DataConverter } =>
  codec
    ? { dataConverter: { payloadCodecs: [codec], failureConverterPath: FAILURE_CONVERTER } }
    : {};
