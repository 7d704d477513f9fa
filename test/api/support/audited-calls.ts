import { expect } from 'vitest';
import { z } from 'zod';
import { PASSWORD, type Person } from '../../support/people.ts';
import { unique } from './data.ts';
import { BASE, type Answer, type TestApi } from './test-api.ts';

const ADDRESS = '192.0.2.44';
const AGENT = 'audit-changes/1';

const rowSchema = z.object({
  action: z.string(),
  actor: z.string(),
  ip_address: z.string().nullable(),
  user_agent: z.string().nullable(),
  details: z.record(z.string(), z.unknown()),
});

/** Calls of a person from one address, and what the log says of each. */
export function auditedCalls(api: TestApi, personOf: () => Person) {
  /** What was made, by the name that a test gave it. */
  const ids: Record<string, string> = {};
  /** Secrets that answers have shown. */
  const shown: string[] = [PASSWORD];
  const call = (method: string, path: string, json?: unknown): Promise<Answer> =>
    api.call(method, /^\/(api|revenue)\//.test(path) ? path : BASE + path, {
      as: null,
      from: ADDRESS,
      headers: {
        ...personOf().headers,
        'user-agent': AGENT,
        ...(method === 'POST' && { 'idempotency-key': unique('k') }),
      },
      ...(json !== undefined && { json }),
    });
  return {
    ids,
    call,
    /** Keeps the id in an answer under a name, and the secret that it shows. */
    keep: async (name: string, path: string, answered: Promise<Answer>): Promise<Answer> => {
      const answer = await answered;
      ids[name] = String(answer.at(path));
      for (const field of ['secret', 'apiKey.key']) {
        const secret = answer.at(field);
        if (typeof secret === 'string') shown.push(secret);
      }
      return answer;
    },
    /** The details of the one row that the person's call has left, which names them and holds no secret. */
    trailOf: async (
      action: string,
      run: () => Promise<Answer>,
    ): Promise<Record<string, unknown>> => {
      const max = z.object({ id: z.bigint() });
      const [last] = await api.db.run(max, 'select coalesce(max(id), 0) as id from audit_logs');
      const answer = await run();
      expect([answer.status, answer.status < 300 ? '' : answer.text]).toEqual([any, '']);
      // The sessions of who is frozen end with it, which is a row of its own.
      const rows = await api.db.run(
        rowSchema,
        `select action, actor, ip_address, user_agent, details from audit_logs
         where id > $1 and actor = $2 and action <> 'session.revoked' order by id`,
        [last?.id ?? 0n, personOf().actor],
      );
      expect(rows).toMatchObject([{ action, ip_address: ADDRESS, user_agent: AGENT }]);
      const text = JSON.stringify(rows);
      expect(shown.filter((secret) => text.includes(secret))).toEqual([]);
      expect(text).not.toMatch(/whsec_|secret_sealed|secret_hash|bur_/);
      return rows[0]?.details ?? {};
    },
  };
}

const any: unknown = expect.anything();
