/** Where one recipient can be paid. */
export interface Reachable {
  accountsAt: readonly string[];
  verifiedAt: readonly string[];
}

/**
 * The provider of a batch: of those given, the one at which most recipients have a verified account;
 * then the one at which most have any; then the first. Null where none is given.
 */
export function chooseProvider(
  providers: readonly string[],
  recipients: readonly Reachable[],
): string | null {
  const ranked = providers.map((provider, place) => ({
    provider,
    verified: recipients.filter(({ verifiedAt }) => verifiedAt.includes(provider)).length,
    accounts: recipients.filter(({ accountsAt }) => accountsAt.includes(provider)).length,
    place,
  }));
  ranked.sort((a, b) => b.verified - a.verified || b.accounts - a.accounts || a.place - b.place);
  return ranked[0]?.provider ?? null;
}

/** Stripe first, since it serves platforms and their recipients; then the usual one, then the others. */
export const inOrderOfPreference = (providers: readonly string[], usual: string): string[] =>
  [...new Set(['stripe', usual, ...providers])].filter((name) => providers.includes(name));
