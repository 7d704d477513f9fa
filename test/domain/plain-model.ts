import type { SplitModel, SplitRecipient } from '../../domain/split-model.ts';

/** A model of two recipients without fee, tax or amounts, and what the test gives of its own. */
export const model = (given: Partial<SplitModel> = {}): SplitModel => ({
  recipients: shared(['seller', 7_000], ['referrer', 3_000]),
  platformFeeBps: 0,
  platformFeeTiers: [],
  platformFeeCapMinor: null,
  taxWithholdingBps: {},
  fixedAmounts: [],
  currency: 'USD',
  ...given,
});

/** Recipients with their shares and, where told, their caps. */
export const shared = (
  ...shares: [recipientId: string, shareBps: number, capMinor?: bigint][]
): SplitRecipient[] =>
  shares.map(([recipientId, shareBps, capMinor = null]) => ({ recipientId, shareBps, capMinor }));
