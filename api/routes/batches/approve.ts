import { endpoint, newApp } from '../../http/endpoint.ts';
import { approval, decide } from './decide.ts';

const route = endpoint({
  ...approval,
  path: '/api/disbursement/batches/{id}/approve',
  summary: 'Approve the content of a batch',
});

/** Keeps the caller's word on the content that they saw. */
export const approveBatch = newApp().openapi(route, async (c) =>
  c.json(await decide(c, c.req.valid('param').id, 'approved', c.req.valid('json')), 200),
);
