import { endpoint, newApp } from '../../http/endpoint.ts';
import { decide, rejection } from './decide.ts';

const route = endpoint({
  ...rejection,
  path: '/api/disbursement/batches/{id}/reject',
  summary: 'Reject the content of a batch',
});

/** Keeps the caller's word on the content that they saw. */
export const rejectBatch = newApp().openapi(route, async (c) =>
  c.json(await decide(c, c.req.valid('param').id, 'rejected', c.req.valid('json')), 200),
);
