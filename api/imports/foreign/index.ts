import type { Vault } from '../../../db/vault.ts';
import { foreignAffiliates, type ForeignDefaults } from './affiliates.ts';
import { foreignCommissions } from './commissions.ts';
import { dubAffiliates, dubCommissions } from './dub.ts';
import { firstpromoterAffiliates, firstpromoterCommissions } from './firstpromoter.ts';
import { partnerstackAffiliates, partnerstackCommissions } from './partnerstack.ts';
import { rewardfulAffiliates, rewardfulCommissions } from './rewardful.ts';

export type { ForeignDefaults } from './affiliates.ts';

/** The exports of other products, named as in the products themselves. */
const AFFILIATES = {
  'rewardful-affiliates': rewardfulAffiliates,
  'partnerstack-partners': partnerstackAffiliates,
  'firstpromoter-promoters': firstpromoterAffiliates,
  'dub-partners': dubAffiliates,
} as const;
const COMMISSIONS = {
  'rewardful-commissions': rewardfulCommissions,
  'partnerstack-rewards': partnerstackCommissions,
  'firstpromoter-commissions': firstpromoterCommissions,
  'dub-commissions': dubCommissions,
} as const;

type AffiliateKind = keyof typeof AFFILIATES;
type CommissionKind = keyof typeof COMMISSIONS;
export type ForeignKind = AffiliateKind | CommissionKind;

export const FOREIGN_KINDS: readonly ForeignKind[] = [
  ...(Object.keys(AFFILIATES) as AffiliateKind[]),
  ...(Object.keys(COMMISSIONS) as CommissionKind[]),
];

const isAffiliates = (kind: ForeignKind): kind is AffiliateKind => kind in AFFILIATES;

/** The import of one file of that kind: of affiliates, or of commissions. */
export function foreignImport(kind: ForeignKind, vault: Vault, defaults: ForeignDefaults) {
  return isAffiliates(kind)
    ? { affiliates: foreignAffiliates(AFFILIATES[kind], vault, defaults), commissions: null }
    : { affiliates: null, commissions: foreignCommissions(COMMISSIONS[kind], defaults) };
}
