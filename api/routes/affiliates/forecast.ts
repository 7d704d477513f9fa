import { z } from '@hono/zod-openapi';
import { findProgramme } from '../../../db/queries/programmes.ts';
import { toJsonAmount } from '../../../domain/money.ts';
import { DEFAULT_PROGRAMME_ID } from '../../../domain/rules/programme.ts';
import { forecast, type ForecastRun } from '../../forecast.ts';
import { endpoint, json, newApp } from '../../http/endpoint.ts';
import { invalid, notFound } from '../../http/problems.ts';
import { amountOut, currencyCode, idOf, idParams, iso, timeOut } from '../../schemas/common.ts';

const runOut = z.object({
  scheduleId: z.string(),
  period: z.string(),
  runAt: timeOut,
  cutoffAt: timeOut,
  amount: amountOut.meta({ description: 'What will have matured by the cut-off.' }),
  minimum: amountOut,
  reachesMinimum: z.boolean().meta({ description: 'Else it is carried over.' }),
});

const route = endpoint({
  method: 'get',
  path: '/api/disbursement/affiliates/{id}/forecast',
  tags: ['Affiliates'],
  summary: 'When an affiliate is paid next and how much, at what is earned already',
  'x-permission': 'view',
  request: {
    params: idParams('payee'),
    query: z.strictObject({
      currency: currencyCode,
      programmeId: idOf('programme').default(DEFAULT_PROGRAMME_ID),
    }),
  },
  responses: {
    200: json(
      'Held earnings, and reasons against a payment besides the minimum, are not looked at: see why-not-paid.',
      z.object({
        affiliateId: z.string(),
        programmeId: z.string(),
        currency: z.string(),
        nextRun: runOut.nullable().meta({ description: 'None where no schedule pays it.' }),
        nextPayout: runOut.nullable().meta({
          description: 'The first of the next twelve runs at which the minimum is reached.',
        }),
        maturing: z
          .array(z.object({ day: z.string(), amount: amountOut }))
          .meta({ description: 'From now on, by day in the zone of the programme.' }),
      }),
    ),
    404: json('No such affiliate.', z.unknown()),
  },
});

/** Looks ahead for one affiliate. */
export const forecastRoute = newApp().openapi(route, async (c) => {
  const { id } = c.req.valid('param');
  const { currency, programmeId } = c.req.valid('query');
  const { db, terms } = c.var.deps;
  const programme = await findProgramme(db, programmeId);
  if (!programme) throw invalid('programmeId', 'is no programme that there is');
  const asked = { payeeId: id, currency, programmeId, zone: programme.zone };
  const found = await forecast(db, terms, asked, Date.now());
  if (!found) throw notFound('affiliate');
  return c.json(
    {
      affiliateId: id,
      programmeId,
      currency,
      nextRun: found.next && toRun(found.next),
      nextPayout: found.paid && toRun(found.paid),
      maturing: found.maturing.map(({ day, amount }) => ({ day, amount: toJsonAmount(amount) })),
    },
    200,
  );
});

const toRun = ({ schedule, period, amountMinor, minimumMinor }: ForecastRun) => ({
  scheduleId: schedule.id,
  period: period.period,
  runAt: iso(new Date(period.runAt)),
  cutoffAt: iso(new Date(period.cutoffAt)),
  amount: toJsonAmount(amountMinor),
  minimum: toJsonAmount(minimumMinor),
  reachesMinimum: amountMinor > 0n && amountMinor >= minimumMinor,
});
