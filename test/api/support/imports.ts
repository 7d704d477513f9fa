import { z } from 'zod';
import { BASE, type Answer, type TestApi } from './test-api.ts';

const lines = z.array(z.object({ row: z.number(), column: z.string(), code: z.string() }));

/** What tests do with imports of one API. */
export const importsOf = (api: TestApi) => ({
  importCsv: (kind: string, text: string | Uint8Array<ArrayBuffer>, query = ''): Promise<Answer> =>
    api.call('POST', `${BASE}/imports?kind=${kind}${query}`, {
      raw: text,
      headers: { 'content-type': 'text/csv' },
    }),
  /** Line, column and code of each error, or of each note. */
  codes: (answer: Answer, list = 'errors'): string[] =>
    lines.parse(answer.at(list)).map(({ row, column, code }) => `${row} ${column} ${code}`),
});
