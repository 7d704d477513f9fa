import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { z } from '@hono/zod-openapi';
import { endpoint, newApp } from '../../http/endpoint.ts';
import { notFound } from '../../http/problems.ts';

/** The package ships without types; only its files are needed. */
const require = createRequire(import.meta.url);
const FOLDER = path.dirname(require.resolve('swagger-ui-dist/package.json'));

const FILES = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
} as const;

const START_SCRIPT = `SwaggerUIBundle({ url: '/openapi.json', dom_id: '#docs', deepLinking: true, tryItOutEnabled: true });`;

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Bursar API</title>
<link rel="icon" href="/docs/favicon-32x32.png">
<link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
<div id="docs"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`;

/** Everything comes from here, and nothing stands inline; the icons of the style sheet are data. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

const page = endpoint({
  method: 'get',
  path: '/docs',
  tags: ['Service'],
  summary: 'This contract, readable',
  'x-permission': 'public',
  responses: { 200: { description: 'A page.', content: { 'text/html': { schema: z.string() } } } },
});

/** The readable contract, served from here alone. */
export const getDocs = newApp().openapi(page, (c) => {
  c.header('content-security-policy', POLICY);
  return c.html(PAGE, 200);
});

const asset = endpoint({
  method: 'get',
  path: '/docs/{file}',
  tags: ['Service'],
  summary: 'A file of the readable contract',
  'x-permission': 'public',
  request: { params: z.object({ file: z.string() }) },
  responses: { 200: { description: 'The file.' } },
});

/** The files that the page needs and no others. */
export const getDocsFile = newApp().openapi(asset, async (c) => {
  const { file } = c.req.valid('param');
  c.header('cache-control', 'public, max-age=3600');
  if (file === 'start.js')
    return c.body(START_SCRIPT, 200, { 'content-type': 'text/javascript; charset=utf-8' });
  const known = Object.entries(FILES).find(([name]) => name === file);
  if (!known) throw notFound('file');
  const bytes = await readFile(path.join(FOLDER, known[0]));
  return c.body(new Uint8Array(bytes), 200, { 'content-type': known[1] });
});
