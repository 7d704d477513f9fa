import type { Hook } from '@hono/zod-openapi';
import type { z } from 'zod';
import { DomainError, type ErrorDetail } from '../../domain/errors.ts';
import type { AppEnv } from './context.ts';
import { notFound } from './problems.ts';

const DETAILS_MAX = 100;
/** How zod says of itself that a field is not there. */
const MISSING = /^Invalid input: expected .*, received undefined$/;

type Issue = z.core.$ZodIssue;

/**
 * Turns what a schema found into 422 with the path and reason of each, never the value. An id of the
 * wrong shape names nothing, so a wrong path parameter is 404.
 */
export const refuseInvalid: Hook<unknown, AppEnv, string, void> = (result) => {
  if (result.success) return;
  if (result.target === 'param') throw notFound('resource');
  const details = result.error.issues.flatMap((issue) => detailsOf(issue, []));
  const first = details[0];
  throw new DomainError(
    'validation_error',
    first
      ? `The request is not valid: ${first.path}: ${first.reason}`
      : 'The request is not valid.',
    details.slice(0, DETAILS_MAX),
  );
};

function detailsOf(issue: Issue, base: readonly PropertyKey[]): ErrorDetail[] {
  const path = [...base, ...issue.path];
  if (issue.code === 'invalid_union') {
    const branch = nearestBranch(issue.errors);
    if (branch) return branch.flatMap((inner) => detailsOf(inner, path));
  }
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: writePath([...path, key.slice(0, 100)]),
      reason: 'is not a known field',
    }));
  }
  return [
    { path: writePath(path), reason: MISSING.test(issue.message) ? 'is missing' : issue.message },
  ];
}

/**
 * The branch of a union that was meant: the first with the fewest unknown fields. Null for a union
 * of single values, which says itself what it takes.
 */
function nearestBranch(branches: readonly Issue[][]): Issue[] | null {
  if (
    branches.flat().every(({ path, code }) => path.length === 0 && code !== 'unrecognized_keys')
  ) {
    return null;
  }
  return branches.toSorted((a, b) => unknownFields(a) - unknownFields(b))[0] ?? null;
}

const unknownFields = (issues: readonly Issue[]): number =>
  issues.reduce(
    (sum, issue) =>
      sum + (issue.code === 'unrecognized_keys' && issue.path.length === 0 ? issue.keys.length : 0),
    0,
  );

const writePath = (path: readonly PropertyKey[]): string =>
  path.length === 0 ? 'body' : path.map(String).join('.');
