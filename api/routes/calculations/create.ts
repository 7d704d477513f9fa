import { z } from '@hono/zod-openapi';
import { queueRejudgement } from '../../../db/queries/queue-calculations.ts';
import { callerHolds } from '../../http/caller.ts';
import { DEFAULT_PROGRAMME_ID } from '../../../domain/rules/programme.ts';
import { deny } from '../../http/auth.ts';
import { actorOf } from '../../http/context.ts';
import { endpoint, json, jsonBody, newApp } from '../../http/endpoint.ts';
import { invalid } from '../../http/problems.ts';
import { requireProgramme } from '../../require-programme.ts';
import { idOf, instant } from '../../schemas/common.ts';

const WAIT_MAX_S = 60;

const body = z.strictObject({
  programmeId: idOf('programme').optional().meta({ description: 'The default one unless given.' }),
  rejudgeFrom: instant.optional().meta({
    type: 'string',
    description:
      'Conversions from then on are judged by the rules of today; differences become adjustments. Needs the permission `rules`.',
  }),
  asOf: instant.optional().meta({
    type: 'string',
    description: 'What happened later does not count yet; now unless given.',
  }),
});

const query = z.strictObject({
  wait: z
    .string()
    .regex(/^\d{1,2}$/, `must be a number of seconds up to ${WAIT_MAX_S}`)
    .transform(Number)
    .refine((seconds) => seconds >= 1 && seconds <= WAIT_MAX_S, `must be 1 to ${WAIT_MAX_S}`)
    .optional()
    .meta({ type: 'integer', description: 'Seconds to wait for the end; none unless given.' }),
});

const started = {
  programmeId: z.string(),
  workflowId: z.string(),
  rejudgedAffiliates: z.int(),
};

const route = endpoint({
  method: 'post',
  path: '/api/disbursement/calculations',
  tags: ['Conversions'],
  summary: 'Turn the waiting conversions of a programme into commissions',
  'x-permission': 'create',
  'x-idempotent': true,
  request: { query, body: jsonBody(body) },
  responses: {
    200: json(
      'Done, within the seconds that were given.',
      z.object({
        ...started,
        done: z.object({
          affiliates: z.int(),
          decisions: z.int(),
          commissions: z.int(),
        }),
      }),
    ),
    202: json('Under way.', z.object(started)),
  },
});

/** Starts the calculation of a programme, or tells the one under way; waits for its end where asked to. */
export const createCalculation = newApp().openapi(route, async (c) => {
  const given = c.req.valid('json');
  const { wait } = c.req.valid('query');
  const { programmeId = DEFAULT_PROGRAMME_ID, rejudgeFrom, asOf } = given;
  const { db, temporal } = c.var.deps;
  if (rejudgeFrom && !callerHolds(c.var.caller, 'rules')) await deny(c, 'rules');
  if (asOf && asOf > new Date()) throw invalid('asOf', 'must not be in the future');
  await requireProgramme(db, programmeId);
  const rejudgedAffiliates = rejudgeFrom
    ? await queueRejudgement(db, programmeId, rejudgeFrom, actorOf(c))
    : 0;
  const workflowId = await temporal.calculate(programmeId, asOf ?? null);
  const answer = { programmeId, workflowId, rejudgedAffiliates };
  const counts = wait === undefined ? null : await temporal.awaitCalculation(programmeId, wait);
  if (counts === null) return c.json(answer, 202);
  const { payees, conversions, commissions } = counts;
  const done = { affiliates: payees, decisions: conversions, commissions };
  return c.json({ ...answer, done }, 200);
});
