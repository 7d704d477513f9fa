import {
  TERM_SECTIONS,
  type EffectiveTerms,
  type EligibilityTerms,
  type Terms,
  type TermSection,
} from './terms.ts';

/** What counts where no rule says it: everything but what an affiliate buys for itself. */
export const DEFAULT_ELIGIBILITY: EligibilityTerms = {
  attributionDays: null,
  orderWindowDays: null,
  customerWindowDays: null,
  minimumOrders: [],
  selfReferral: 'refuse',
};

/** What holds where no rule says anything. Without a commission nothing is earned. */
export const DEFAULT_TERMS: EffectiveTerms = {
  eligibility: DEFAULT_ELIGIBILITY,
  commission: null,
  fee: null,
  rounding: 'half_up',
  holdingDays: 0,
  payout: null,
  frequency: null,
};

/** By section the place of the layer that gave it; null for the default. */
export type SectionLayers = Record<TermSection, number | null>;

/**
 * Lays rules over each other, the most particular first: the first layer that has a section gives
 * all of it, and a section that no layer has is that of `DEFAULT_TERMS`. Nulls are layers without a rule.
 */
export const effectiveTerms = (layers: readonly (Terms | null)[]): EffectiveTerms =>
  termsByLayer(layers).terms;

/** The same, and which of the layers gave each section. */
export function termsByLayer(layers: readonly (Terms | null)[]): {
  terms: EffectiveTerms;
  layers: SectionLayers;
} {
  const places = TERM_SECTIONS.map((section) => {
    const place = layers.findIndex((layer) => layer !== null && layer[section] !== undefined);
    return [section, place === -1 ? null : place] as const;
  });
  const given = places.map(([section, place]) => [
    section,
    (place === null ? null : layers[place]?.[section]) ?? DEFAULT_TERMS[section],
  ]);
  return {
    terms: Object.fromEntries(given) as EffectiveTerms,
    layers: Object.fromEntries(places) as SectionLayers,
  };
}
