import { z } from '@hono/zod-openapi';
import { findAffiliate } from '../../../db/queries/affiliates.ts';
import { findProgramme } from '../../../db/queries/programmes.ts';
import { loadRules } from '../../../db/queries/rules-in-force.ts';
import { termsJson, writeTerms } from '../../../db/rule-terms.ts';
import { DEFAULT_TERMS } from '../../../domain/rules/effective.ts';
import { DEFAULT_PROGRAMME_ID } from '../../../domain/rules/programme.ts';
import { TERM_SECTIONS } from '../../../domain/rules/terms.ts';
import { endpoint, json, newApp } from '../../http/endpoint.ts';
import { invalid, notFound } from '../../http/problems.ts';
import { idOf, idParams, iso, timeOut } from '../../schemas/common.ts';
import { ruleInstant, sourcesOut } from '../../schemas/rule.ts';

const route = endpoint({
  method: 'get',
  path: '/api/disbursement/affiliates/{id}/terms',
  tags: ['Rules'],
  summary: 'The terms that hold for an affiliate, and which rule each section comes from',
  'x-permission': 'view',
  request: {
    params: idParams('payee'),
    query: z.strictObject({
      programmeId: idOf('programme').default(DEFAULT_PROGRAMME_ID),
      at: ruleInstant.optional().meta({ type: 'string', description: 'Now, unless told.' }),
    }),
  },
  responses: {
    200: json(
      'The terms. A section that no rule decides has no source; it stands at its default, or is left out.',
      z.object({
        affiliateId: z.string(),
        programmeId: z.string(),
        groupName: z.string().nullable(),
        at: timeOut,
        terms: termsJson,
        sources: sourcesOut,
      }),
    ),
    404: json('No such affiliate.', z.unknown()),
  },
});

/** What holds for an affiliate in a programme at an instant. */
export const affiliateTerms = newApp().openapi(route, async (c) => {
  const { id } = c.req.valid('param');
  const { programmeId, at = new Date() } = c.req.valid('query');
  const { db } = c.var.deps;
  const payee = await findAffiliate(db, id);
  if (!payee) throw notFound('affiliate');
  if (!(await findProgramme(db, programmeId)))
    throw invalid('programmeId', 'there is no such programme');
  const rules = await loadRules(db, programmeId, [id]);
  const held = rules.termsAt({ id, groupName: payee.groupName }, at.getTime());
  const sources = Object.fromEntries(
    TERM_SECTIONS.map((section) => [section, held?.sources[section] ?? null]),
  );
  const terms = writeTerms(held?.terms ?? DEFAULT_TERMS);
  const { groupName } = payee;
  return c.json({ affiliateId: id, programmeId, groupName, at: iso(at), terms, sources }, 200);
});
