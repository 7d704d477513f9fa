import { z } from '@hono/zod-openapi';
import { readAsset } from '../../console/files.ts';
import { endpoint, newApp } from '../../http/endpoint.ts';
import { notFound } from '../../http/problems.ts';

const route = endpoint({
  method: 'get',
  path: '/console/assets/{file}',
  tags: ['Console'],
  summary: 'A script or a style sheet of the console',
  'x-permission': 'public',
  request: { params: z.object({ file: z.string() }) },
  responses: { 200: { description: 'The file.' } },
});

/** A file whose name holds the hash of what is in it, so that it may be kept for ever. */
export const getConsoleAsset = newApp().openapi(route, async (c) => {
  const takesGzip = /\bgzip\b/.test(c.req.header('accept-encoding') ?? '');
  const { file } = c.req.valid('param');
  const found = await readAsset(c.var.deps.consoleDir, file, takesGzip);
  if (!found) throw notFound('file');
  const { bytes, type, encoding } = found;
  c.header('cache-control', 'public, max-age=31536000, immutable');
  c.header('vary', 'accept-encoding');
  if (encoding) c.header('content-encoding', encoding);
  return c.body(bytes, 200, { 'content-type': type });
});
