import type { z } from '@hono/zod-openapi';
import type { Db } from '../../../db/client.ts';
import type { RuleTarget } from '../../../db/queries/add-rule-version.ts';
import {
  findProgramme,
  findProgrammeNamed,
  type Programme,
} from '../../../db/queries/programmes.ts';
import { findPayeeId } from '../../../db/queries/rules.ts';
import { toTerms } from '../../../db/rule-terms.ts';
import { DomainError } from '../../../domain/errors.ts';
import { DEFAULT_PROGRAMME_ID } from '../../../domain/rules/programme.ts';
import { termsProblems } from '../../../domain/rules/terms-problems.ts';
import type { Terms } from '../../../domain/rules/terms.ts';
import { invalid } from '../../http/problems.ts';
import type { ruleFields } from '../../schemas/rule.ts';

type Body = Pick<
  z.infer<z.ZodObject<typeof ruleFields>>,
  | 'programmeId'
  | 'programmeExternalId'
  | 'groupName'
  | 'affiliateId'
  | 'affiliateExternalId'
  | 'terms'
>;

/** The target and the terms of a body. Throws `validation_error` with the path of what is wrong. */
export async function readRule(
  db: Db,
  body: Body,
): Promise<{ programme: Programme; target: RuleTarget; terms: Terms }> {
  const terms = toTerms(body.terms);
  refuseProblems(terms);
  const programme = await programmeOf(db, body);
  const payeeId = await payeeOf(db, body);
  const target = { programmeId: programme.id, groupName: body.groupName ?? null, payeeId };
  return { programme, target, terms };
}

function refuseProblems(terms: Terms): void {
  const details = termsProblems(terms).map(({ path, reason }) => ({
    path: `terms.${path}`,
    reason,
  }));
  const [first] = details;
  if (!first) return;
  throw new DomainError(
    'validation_error',
    `The request is not valid: ${first.path}: ${first.reason}`,
    details,
  );
}

async function programmeOf(db: Db, body: Body): Promise<Programme> {
  const { programmeId = DEFAULT_PROGRAMME_ID, programmeExternalId } = body;
  const programme =
    programmeExternalId === undefined
      ? await findProgramme(db, programmeId)
      : await findProgrammeNamed(db, programmeExternalId);
  if (programme) return programme;
  const path = programmeExternalId === undefined ? 'programmeId' : 'programmeExternalId';
  throw invalid(path, 'there is no such programme');
}

async function payeeOf(db: Db, { affiliateId, affiliateExternalId }: Body): Promise<string | null> {
  if (affiliateId === undefined && affiliateExternalId === undefined) return null;
  const found = await findPayeeId(db, { id: affiliateId, externalId: affiliateExternalId });
  if (found !== null) return found;
  const path = affiliateId === undefined ? 'affiliateExternalId' : 'affiliateId';
  throw invalid(path, 'there is no such affiliate');
}
