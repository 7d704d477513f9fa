import { z } from '@hono/zod-openapi';
import type { StoredRule, StoredVersion } from '../../db/queries/rules.ts';
import { termsJson, writeTerms } from '../../db/rule-terms.ts';
import { TERM_SECTIONS } from '../../domain/rules/terms.ts';
import { idOf, instant, iso, isoOrNull, line, text, timeOrNull, timeOut } from './common.ts';
import { platformId } from './revenue.ts';

const day = 'A day is its first instant in UTC.';

/** An instant that the database can hold, and that is no slip of the pen. */
export const ruleInstant = instant.refine(
  (at) => at.getUTCFullYear() >= 1970 && at.getUTCFullYear() <= 9999,
  'must lie between the years 1970 and 9999',
);

export const groupName = line(200);
const note = text(1_000);

/** What a rule is for, from when to when, and what it says. */
export const ruleFields = {
  programmeId: idOf('programme').optional(),
  programmeExternalId: platformId.optional().meta({
    description: 'Instead of `programmeId`; without either the programme `default` is meant.',
  }),
  groupName: groupName.optional().meta({ description: 'Only for payees of this group.' }),
  affiliateId: idOf('payee').optional().meta({ description: 'Only for this affiliate.' }),
  affiliateExternalId: platformId.optional(),
  effectiveFrom: ruleInstant.meta({ type: 'string', description: `Holds from then on. ${day}` }),
  effectiveTo: ruleInstant.optional().meta({
    type: 'string',
    description: 'Holds until then, not included; without it until another version begins.',
  }),
  terms: termsJson,
  note: note.optional(),
};

/** One name for one thing: a programme or an affiliate is named by one of two ids, a rule has one scope. */
export const ONE_NAME = [
  ['programmeId', 'programmeExternalId'],
  ['affiliateId', 'affiliateExternalId'],
  ['affiliateId', 'groupName'],
  ['affiliateExternalId', 'groupName'],
] as const;

/** Adds to a schema of `ruleFields` that nothing is named twice and that the span is one. */
export function checkRuleBody(
  body: { effectiveFrom?: Date | undefined; effectiveTo?: Date | undefined } & Partial<
    Record<(typeof ONE_NAME)[number][number], unknown>
  >,
  refine: z.RefinementCtx,
): void {
  for (const [one, other] of ONE_NAME) {
    if (body[one] === undefined || body[other] === undefined) continue;
    refine.addIssue({ code: 'custom', path: [other], message: `give either ${one} or ${other}` });
  }
  const { effectiveFrom, effectiveTo } = body;
  if (effectiveFrom && effectiveTo && effectiveTo <= effectiveFrom) {
    refine.addIssue({
      code: 'custom',
      path: ['effectiveTo'],
      message: 'must be after effectiveFrom',
    });
  }
}

export const ruleOut = z
  .object({
    id: z.string(),
    programmeId: z.string(),
    scope: z.enum(['programme', 'group', 'affiliate']),
    groupName: z.string().nullable(),
    affiliateId: z.string().nullable(),
    createdBy: z.string(),
    createdAt: timeOut,
  })
  .meta({ id: 'Rule' });

export const toRule = (rule: StoredRule): z.infer<typeof ruleOut> => ({
  id: rule.id,
  programmeId: rule.programmeId,
  scope: rule.payeeId ? 'affiliate' : rule.groupName ? 'group' : 'programme',
  groupName: rule.groupName,
  affiliateId: rule.payeeId,
  createdBy: rule.createdBy,
  createdAt: iso(rule.createdAt),
});

export const versionOut = z
  .object({
    ruleId: z.string(),
    version: z.int(),
    effectiveFrom: timeOut,
    effectiveTo: timeOrNull,
    terms: termsJson,
    note: z.string().nullable(),
    createdBy: z.string(),
    createdAt: timeOut,
  })
  .meta({ id: 'RuleVersion' });

export const toVersion = (version: StoredVersion): z.infer<typeof versionOut> => ({
  ruleId: version.ruleId,
  version: version.version,
  effectiveFrom: iso(version.effectiveFrom),
  effectiveTo: isoOrNull(version.effectiveTo),
  terms: writeTerms(version.terms),
  note: version.note,
  createdBy: version.createdBy,
  createdAt: iso(version.createdAt),
});

/** Which version gave each section; null for one that no rule decides. */
export const sourcesOut = z.object(
  Object.fromEntries(
    TERM_SECTIONS.map((section) => [
      section,
      z.object({ ruleId: z.string(), version: z.int() }).nullable(),
    ]),
  ),
);
