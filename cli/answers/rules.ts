import { z } from 'zod';

const text = z.string();
const orNull = z.string().nullable();

const programmeSchema = z.looseObject({
  id: text,
  externalId: text,
  name: text,
  zone: text,
  automatic: z.boolean(),
});
/** A programme as the CLI reads it. */
export type Programme = z.infer<typeof programmeSchema>;
export const oneProgramme = z.looseObject({ programme: programmeSchema });
export const programmePage = z.looseObject({
  programmes: z.array(programmeSchema),
  nextCursor: orNull,
});

const ruleSchema = z.looseObject({
  id: text,
  programmeId: text,
  scope: text,
  groupName: orNull,
  affiliateId: orNull,
});
/** A rule without what it says. */
export type Rule = z.infer<typeof ruleSchema>;

const versionSchema = z.looseObject({
  version: z.int(),
  effectiveFrom: text,
  effectiveTo: orNull,
  terms: z.record(text, z.unknown()),
  note: orNull,
  createdBy: text,
});
/** What a rule says in a span of time. */
export type RuleVersion = z.infer<typeof versionSchema>;

export const addedVersion = z.looseObject({ rule: ruleSchema, version: versionSchema });
export const oneRule = z.looseObject({ rule: ruleSchema, versions: z.array(versionSchema) });
export const rulePage = z.looseObject({
  rules: z.array(ruleSchema.extend({ latest: versionSchema })),
  nextCursor: orNull,
});

const sums = {
  currency: text,
  nowNet: z.int(),
  proposedNet: z.int(),
  difference: z.int(),
};
export const triedRule = z.looseObject({
  from: text,
  to: text,
  asOf: text,
  appliedFrom: text,
  appliedTo: orNull,
  summary: z.looseObject({
    affiliates: z.int(),
    conversions: z.int(),
    currencies: z.array(
      z.looseObject({
        ...sums,
        nowFees: z.int(),
        proposedFees: z.int(),
        nowMinimumFees: z.int(),
        proposedMinimumFees: z.int(),
      }),
    ),
  }),
  affiliates: z.array(z.looseObject({ ...sums, affiliateId: text, conversions: z.int() })),
  notListed: z.int(),
});
/** What a dry run found. */
export type TriedRule = z.infer<typeof triedRule>;
