import { randomUUID } from 'node:crypto';
import { Pool } from 'undici';

export interface Answer {
  /** From the call to the last byte of the answer. */
  ms: number;
  text: string;
}

/** Calls the API over one kept connection, one call at a time. */
export interface Caller {
  get(path: string): Promise<Answer>;
  post(path: string, body: unknown): Promise<Answer>;
  close(): Promise<void>;
}

/** Opens it; calls throw where the answer is not 2xx. */
export function openCaller(apiUrl: string, apiKey: string): Caller {
  const pool = new Pool(apiUrl, { connections: 1, headersTimeout: 120_000 });
  const call = async (method: 'GET' | 'POST', path: string, body?: string): Promise<Answer> => {
    const headers = {
      authorization: `Bearer ${apiKey}`,
      ...(body === undefined
        ? {}
        : { 'content-type': 'application/json', 'idempotency-key': randomUUID() }),
    };
    const startedMs = performance.now();
    const answer = await pool.request({
      method,
      path,
      headers,
      ...(body === undefined ? {} : { body }),
    });
    const text = await answer.body.text();
    const ms = performance.now() - startedMs;
    if (answer.statusCode >= 300) {
      throw new Error(`${method} ${path} was answered ${answer.statusCode}: ${text.slice(0, 500)}`);
    }
    return { ms, text };
  };
  return {
    get: (path) => call('GET', path),
    post: (path, body) => call('POST', path, JSON.stringify(body)),
    close: () => pool.close(),
  };
}
