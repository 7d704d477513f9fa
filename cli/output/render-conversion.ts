import type { Conversion, ConversionDetails } from '../answers/conversions.ts';
import { moneyOf } from '../money.ts';
import type { Style } from './style.ts';
import { pairs, table } from './table.ts';

/** Conversions, one a line, each with what it earns or why it earns nothing. */
export function conversionTable(conversions: readonly Conversion[], style: Style): string {
  if (conversions.length === 0) return 'No conversions.';
  return table(
    [
      { title: 'CONVERSION' },
      { title: 'OCCURRED' },
      { title: 'STATE' },
      { title: 'AFFILIATE' },
      { title: 'AMOUNT', right: true },
      { title: 'EARNS', right: true },
      { title: '' },
    ],
    conversions.map((one) => [
      one.id,
      one.occurredAt.slice(0, 10),
      one.status,
      one.affiliateExternalId,
      moneyOf(one.amount, one.currency),
      one.decision ? moneyOf(one.decision.net, one.currency) : '',
      one.decision ? style.warn(one.decision.code ?? '') : style.dim('not calculated yet'),
    ]),
    style.dim,
  );
}

/** One conversion with all that was decided, given back and earned. */
export function conversionCard(answer: ConversionDetails, style: Style): string {
  const { conversion, decisions, reversals, commissions } = answer;
  const money = (amount: number) => moneyOf(amount, conversion.currency);
  const card = pairs([
    ['conversion', conversion.id],
    ['external id', conversion.externalId],
    ['affiliate', conversion.affiliateExternalId],
    ['state', conversion.test ? `${conversion.status}, a test` : conversion.status],
    ['occurred', conversion.occurredAt],
    ['amount', money(conversion.amount)],
    ['given back', money(conversion.reversedAmount)],
    ['order', conversion.orderId ?? ''],
    ['customer', conversion.customer ?? ''],
    ['source', [conversion.source, conversion.product].filter(Boolean).join(', ')],
    ['earns', conversion.decision ? money(conversion.decision.net) : 'not calculated yet'],
    ['why', conversion.decision?.sentence ?? ''],
  ]);
  const decided = table(
    [
      { title: 'DECIDED' },
      { title: 'GROSS', right: true },
      { title: 'FEE', right: true },
      { title: 'NET', right: true },
      { title: 'BY' },
      { title: '' },
    ],
    decisions.map((one) => [
      one.decidedAt,
      money(one.gross),
      money(one.fee),
      money(one.net),
      one.rules['commission']
        ? `${one.rules['commission'].ruleId} v${one.rules['commission'].version}`
        : '',
      style.warn(one.code ?? ''),
    ]),
    style.dim,
  );
  const back = table(
    [{ title: 'GIVEN BACK' }, { title: '' }, { title: 'AMOUNT', right: true }, { title: '' }],
    reversals.map((one) => [one.occurredAt, one.kind, money(one.amount), one.reason ?? '']),
    style.dim,
  );
  const earned = table(
    [{ title: 'COMMISSION' }, { title: 'STATE' }, { title: 'AMOUNT', right: true }],
    commissions.map((one) => [one.id, one.status, money(one.amount)]),
    style.dim,
  );
  return [
    card,
    ...(decisions.length > 0 ? [decided] : []),
    ...(reversals.length > 0 ? [back] : []),
    ...(commissions.length > 0 ? [earned] : []),
  ].join('\n\n');
}
