import { z } from '@hono/zod-openapi';
import { toJsonAmount } from '../../../domain/money.ts';
import type { CurrencySum, Difference } from '../../dry-run/differences.ts';
import { dryRun } from '../../dry-run/dry-run.ts';
import { endpoint, json, jsonBody, newApp } from '../../http/endpoint.ts';
import { amountOut, iso, isoOrNull, timeOrNull, timeOut } from '../../schemas/common.ts';
import { checkRuleBody, ruleFields, ruleInstant } from '../../schemas/rule.ts';
import { readRule } from './read-rule.ts';

const PERIOD_MAX_MS = 366 * 86_400_000;

const body = z
  .strictObject({
    ...ruleFields,
    effectiveFrom: ruleInstant.optional().meta({
      type: 'string',
      description:
        'Where it is left out, or not before `to`, the terms are tried as if they had held for all of the period.',
    }),
    from: ruleInstant.meta({ type: 'string', description: 'The period that is reckoned again.' }),
    to: ruleInstant.meta({ type: 'string', description: 'Not included; at most a year later.' }),
  })
  .superRefine((given, refine) => {
    checkRuleBody(given, refine);
    const lengthMs = given.to.getTime() - given.from.getTime();
    if (lengthMs <= 0)
      refine.addIssue({ code: 'custom', path: ['to'], message: 'must be after from' });
    if (lengthMs > PERIOD_MAX_MS)
      refine.addIssue({
        code: 'custom',
        path: ['to'],
        message: 'must be at most a year after from',
      });
  });

const sums = {
  currency: z.string(),
  nowNet: amountOut,
  proposedNet: amountOut,
  difference: amountOut,
};

const route = endpoint({
  method: 'post',
  path: '/api/disbursement/rules/dry-run',
  tags: ['Rules'],
  summary: 'What a past period would have come to with a version more; changes nothing',
  'x-permission': 'rules',
  request: { body: jsonBody(body) },
  responses: {
    200: json(
      'The differences, the largest first, at most 1,000 of them.',
      z.object({
        programmeId: z.string(),
        from: timeOut,
        to: timeOut,
        asOf: timeOut.meta({ description: 'What happened later was not looked at.' }),
        appliedFrom: timeOut,
        appliedTo: timeOrNull,
        summary: z.object({
          affiliates: z.int(),
          conversions: z.int(),
          currencies: z.array(
            z.object({
              ...sums,
              nowFees: amountOut,
              proposedFees: amountOut,
              nowMinimumFees: amountOut,
              proposedMinimumFees: amountOut,
            }),
          ),
        }),
        affiliates: z.array(z.object({ affiliateId: z.string(), ...sums, conversions: z.int() })),
        notListed: z.int(),
      }),
    ),
    409: json('An affiliate has too many conversions to look at.', z.unknown()),
  },
});

/** Tries a version out on a past period. */
export const dryRunRoute = newApp().openapi(route, async (c) => {
  const given = c.req.valid('json');
  const { db } = c.var.deps;
  const { programme, target, terms } = await readRule(db, given);
  const { from, to } = given;
  const laid = spanOf(given);
  const tried = { programme, target, terms, laid, period: { from, to } };
  const { differences, asOf } = await dryRun(db, tried, new Date());
  const { lines, left } = differences.largest();
  const { affiliates, conversions } = differences;
  const answer = {
    programmeId: programme.id,
    from: iso(from),
    to: iso(to),
    asOf: iso(asOf),
    appliedFrom: iso(laid.from),
    appliedTo: isoOrNull(laid.to),
    summary: { affiliates, conversions, currencies: differences.sums().map(toSum) },
    affiliates: lines.map(toLine),
    notListed: left,
  };
  return c.json(answer, 200);
});

/** Over which span the terms are laid: one that begins after the period is tried as if it had been then. */
function spanOf({ from, to, effectiveFrom, effectiveTo }: z.infer<typeof body>): {
  from: Date;
  to: Date | null;
} {
  return effectiveFrom === undefined || effectiveFrom >= to
    ? { from, to }
    : { from: effectiveFrom, to: effectiveTo ?? null };
}

const toSum = ({ currency, now, proposed }: CurrencySum) => ({
  currency,
  nowNet: toJsonAmount(now.netMinor),
  proposedNet: toJsonAmount(proposed.netMinor),
  difference: toJsonAmount(proposed.netMinor - now.netMinor),
  nowFees: toJsonAmount(now.feesMinor),
  proposedFees: toJsonAmount(proposed.feesMinor),
  nowMinimumFees: toJsonAmount(now.minimumFeesMinor),
  proposedMinimumFees: toJsonAmount(proposed.minimumFeesMinor),
});

const toLine = ({ affiliateId, currency, conversions, nowMinor, proposedMinor }: Difference) => ({
  affiliateId,
  currency,
  nowNet: toJsonAmount(nowMinor),
  proposedNet: toJsonAmount(proposedMinor),
  difference: toJsonAmount(proposedMinor - nowMinor),
  conversions,
});
