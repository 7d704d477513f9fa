import { z } from '@hono/zod-openapi';
import { addRuleVersion } from '../../../db/queries/add-rule-version.ts';
import { findRule } from '../../../db/queries/rules.ts';
import { actorOf } from '../../http/context.ts';
import { endpoint, json, jsonBody, newApp } from '../../http/endpoint.ts';
import { observeRuleChange } from '../../risk-guard.ts';
import { notFound } from '../../http/problems.ts';
import {
  checkRuleBody,
  ruleFields,
  ruleOut,
  toRule,
  toVersion,
  versionOut,
} from '../../schemas/rule.ts';
import { readRule } from './read-rule.ts';

const route = endpoint({
  method: 'post',
  path: '/api/disbursement/rules',
  tags: ['Rules'],
  summary: 'Say by which terms a programme, a group or an affiliate earns and is paid',
  'x-permission': 'rules',
  'x-idempotent': true,
  request: { body: jsonBody(z.strictObject(ruleFields).superRefine(checkRuleBody)) },
  responses: {
    201: json(
      'A version more of the rule of this target. A version that had no end ends where this one begins.',
      z.object({ rule: ruleOut, version: versionOut }),
    ),
  },
});

/** Adds a version to the rule of a target; nothing that was earned changes by it. */
export const addRuleVersionRoute = newApp().openapi(route, async (c) => {
  const body = c.req.valid('json');
  const { db } = c.var.deps;
  const { target, terms } = await readRule(db, body);
  const ruleId = c.var.newId('rule');
  const version = await addRuleVersion(db, {
    ...target,
    ruleId,
    effectiveFrom: body.effectiveFrom,
    effectiveTo: body.effectiveTo ?? null,
    terms,
    note: body.note ?? null,
    begunAt: c.req.header('idempotency-key') === undefined ? null : timeOf(ruleId),
    actor: actorOf(c),
  });
  await observeRuleChange(c, target.programmeId);
  const found = await findRule(db, version.ruleId);
  if (!found) throw notFound('rule');
  return c.json({ rule: toRule(found.rule), version: toVersion(version) }, 201);
});

/** Under an Idempotency-Key ids carry the time at which the key was first used. */
const timeOf = (id: string): Date => new Date(Number.parseInt(id.slice(4, 16), 16));
