import { z } from '@hono/zod-openapi';
import { json } from '../../http/endpoint.ts';
import { caseAnswer } from '../../schemas/case.ts';

/** What each step with a case is answered with. */
export const STEP_ANSWERS = {
  200: json('The case as it is now.', caseAnswer),
  404: json('No such case.', z.unknown()),
  409: json('It is resolved already.', z.unknown()),
};
