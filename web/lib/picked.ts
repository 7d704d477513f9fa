const KEPT_AS = 'bursar.picked';

/** More than a batch takes by their ids; everybody is asked for without ids instead. */
export const PICKED_MAX = 10_000;

/** Keeps who was picked for the next screen. It is too much for an address, and outlives a reload. */
export function keepPicked(affiliateIds: readonly string[]): void {
  sessionStorage.setItem(KEPT_AS, JSON.stringify(affiliateIds.slice(0, PICKED_MAX)));
}

/** Who was picked last in this tab. */
export function readPicked(): string[] {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(KEPT_AS) ?? '[]');
    return Array.isArray(kept) ? kept.filter((id) => typeof id === 'string') : [];
  } catch {
    return [];
  }
}
