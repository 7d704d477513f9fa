import { z } from '@hono/zod-openapi';
import { DomainError } from '../../../domain/errors.ts';
import { readPage } from '../../console/files.ts';
import { consoleSettings, fillPage } from '../../console/page.ts';
import type { AppContext } from '../../http/context.ts';
import { endpoint, newApp, refusal } from '../../http/endpoint.ts';

const common = {
  method: 'get' as const,
  tags: ['Console'],
  'x-permission': 'public' as const,
  responses: {
    200: { description: 'The page.', content: { 'text/html': { schema: z.string() } } },
    404: refusal('The console is not built here.'),
  },
};

/** Which screen it is, and of what, is between the browser and its address: filters are its own. */
const query = z.object({});

const start = endpoint({
  ...common,
  path: '/console/',
  summary: 'The console',
  request: { query },
});
const screen = endpoint({
  ...common,
  path: '/console/{screen}',
  summary: 'A screen of the console',
  request: { params: z.object({ screen: z.string() }), query },
});
const detail = endpoint({
  ...common,
  path: '/console/{screen}/{id}',
  summary: 'A screen of the console about one thing',
  request: { params: z.object({ screen: z.string(), id: z.string() }), query },
});

export const getConsole = newApp().openapi(start, answerPage);
export const getScreen = newApp().openapi(screen, answerPage);
export const getDetailScreen = newApp().openapi(detail, answerPage);

/** The same page for all screens: what is on them comes from the API, for those who signed in. */
async function answerPage(c: AppContext) {
  const template = await readPage(c.var.deps.consoleDir);
  if (template === null) {
    throw new DomainError('not_found', 'The console is not built here; run "npm run build".');
  }
  const { html, policy } = fillPage(template, consoleSettings(c));
  c.header('content-security-policy', policy);
  c.header('cache-control', 'no-cache');
  return c.html(html, 200);
}
