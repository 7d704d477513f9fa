import { ROLES, roleLevel, type Role } from '../permissions.ts';
import type { Requirement } from './requirements.ts';
import type { ApprovalStep } from './rule.ts';

/** Somebody's approval of the present content, in the role in which it counts. */
export interface Word {
  actor: string;
  role: Role;
}

/** What a requirement asks of words; the rest of it explains. */
export type Asked = Pick<Requirement, 'steps' | 'ordered' | 'excluded'>;

/**
 * What one requirement still lacks: so many more people, each of that role or a higher one; empty
 * where it is met. Roles are nested, so people fill the steps exactly where for each role those of it
 * or above are as many as the steps of it or above ask for. Where steps are ordered, words fill one
 * after the other, as they came. `words` are one a person, the oldest first.
 */
export function missingOf(asked: Asked, words: readonly Word[]): ApprovalStep[] {
  const counted = words.filter(({ actor }) => !asked.excluded.includes(actor));
  if (asked.ordered) return leftAfter(asked.steps, counted);
  return fill((role) => askedFrom(role, asked.steps) - saidFrom(role, counted));
}

/** What a batch still lacks in all: the fewest people who would meet every requirement. */
export function missingOfAll(asked: readonly Asked[], words: readonly Word[]): ApprovalStep[] {
  const lacks = asked.map((each) => missingOf(each, words));
  return fill((role) => Math.max(0, ...lacks.map((steps) => askedFrom(role, steps))));
}

/** The highest roles first: whom a step of them asks for also counts for those below. */
function fill(lackFrom: (role: Role) => number): ApprovalStep[] {
  const steps: ApprovalStep[] = [];
  let people = 0;
  for (const role of ROLES.toReversed()) {
    const count = lackFrom(role) - people;
    if (count <= 0) continue;
    steps.push({ role, count });
    people += count;
  }
  return steps;
}

const askedFrom = (role: Role, steps: readonly ApprovalStep[]): number =>
  steps.reduce((sum, step) => sum + (fits(step.role, role) ? step.count : 0), 0);

const saidFrom = (role: Role, words: readonly Word[]): number =>
  words.filter((word) => fits(word.role, role)).length;

const fits = (role: Role, least: Role): boolean => roleLevel(role) >= roleLevel(least);

function leftAfter(steps: readonly ApprovalStep[], words: readonly Word[]): ApprovalStep[] {
  const left = steps.map((step) => ({ ...step }));
  for (const word of words) {
    const open = left[0];
    if (!open) break;
    if (!fits(word.role, open.role)) continue;
    open.count -= 1;
    if (open.count === 0) left.shift();
  }
  return left;
}

/**
 * Whether somebody of that role would speak too early: an ordered requirement waits for a higher role
 * first, and for theirs afterwards.
 */
export function isTooEarly(role: Role, asked: readonly Asked[], words: readonly Word[]): boolean {
  return asked.some((each) => {
    if (!each.ordered) return false;
    const [open, ...later] = missingOf(each, words);
    return open && !fits(role, open.role) && later.some((step) => fits(role, step.role));
  });
}

/** Steps in words: "1 more of the role admin or above". */
export const describeMissing = (steps: readonly ApprovalStep[]): string =>
  steps.map(({ role, count }) => `${count} more of the role ${role} or above`).join(', ');

/** How many people the steps ask for. */
export const peopleIn = (steps: readonly ApprovalStep[]): number =>
  steps.reduce((sum, { count }) => sum + count, 0);
