import type { ApprovalRule, BatchApprovalsAnswer } from '../answers/approvals.ts';
import { table } from './table.ts';
import type { Style } from './style.ts';

/** So many more people of which role. */
export const stepsInWords = (steps: readonly { role: string; count: number }[]): string =>
  steps.length === 0
    ? 'nobody'
    : steps.map(({ role, count }) => `${count} × ${role} or above`).join(', ');

/** Whose approval a batch needs and lacks, and what was said. */
export function renderApprovals(approvals: BatchApprovalsAnswer, { dim }: Style): string {
  const { requirements, words, missing, undoSecondsLeft } = approvals;
  const needs = table(
    [{ title: 'REQUIREMENT' }, { title: 'MISSING' }, { title: 'WHY' }],
    requirements.map((each) => [each.name, stepsInWords(each.missing), each.reason]),
    dim,
  );
  const said = table(
    [{ title: 'WHO' }, { title: 'WORD' }, { title: 'COUNTS AS' }, { title: 'COMMENT' }],
    words.map((word) => [
      word.name ?? word.actor,
      word.decision,
      word.countsAs ?? 'nothing',
      word.comment ?? '',
    ]),
    dim,
  );
  return [
    requirements.length === 0 ? 'Nobody has to approve it.' : needs,
    ...(words.length === 0 ? [] : ['', said]),
    '',
    `Missing: ${stepsInWords(missing)}.`,
    ...(undoSecondsLeft === null ? [] : [`It may be undone for ${undoSecondsLeft} s more.`]),
  ].join('\n');
}

/** Approval rules as a table. */
export const renderApprovalRules = (rules: readonly ApprovalRule[], { dim }: Style): string =>
  table(
    [{ title: 'ID' }, { title: 'NAME' }, { title: 'ON' }, { title: 'WHO' }, { title: 'WHERE' }],
    rules.map(({ id, name, enabled, steps, ordered, conditions }) => [
      id,
      name,
      enabled ? 'yes' : 'no',
      `${stepsInWords(steps)}${ordered ? ', in order' : ''}`,
      JSON.stringify(conditions),
    ]),
    dim,
  );
