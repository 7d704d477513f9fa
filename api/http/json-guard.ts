import { createMiddleware } from 'hono/factory';
import { DomainError } from '../../domain/errors.ts';
import { findJsonFault, JSON_DEPTH_MAX, type JsonFault } from '../../domain/json-text.ts';
import type { AppEnv } from './context.ts';

const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json\b/i;

const MESSAGES: Record<JsonFault, string> = {
  too_deep: `The body is nested deeper than ${JSON_DEPTH_MAX} levels.`,
  duplicate_key: 'The body names a field twice in one object; each may stand once.',
  forbidden_key: 'The body names a field "__proto__", which no object here has.',
};

/** Refuses JSON that two readers could understand differently, before it is parsed. */
export const plainJson = createMiddleware<AppEnv>(async (c, next) => {
  if (JSON_TYPE.test(c.req.header('content-type') ?? '')) {
    const fault = findJsonFault(await c.req.text());
    if (fault) throw new DomainError('bad_request', MESSAGES[fault]);
  }
  await next();
});
