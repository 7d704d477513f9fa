import type { AppContext } from './context.ts';
import type { Problem } from './problems.ts';

/** The one envelope of all errors. */
export function respondProblem(c: AppContext, problem: Problem): Response {
  if (problem.retryAfterSeconds !== undefined)
    c.header('retry-after', String(problem.retryAfterSeconds));
  if (problem.status === 401) c.header('www-authenticate', 'Bearer');
  const { code, message, details } = problem;
  return c.json(
    { error: { code, message, ...(details && { details }), requestId: c.var.requestId } },
    problem.status,
  );
}
