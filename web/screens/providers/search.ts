import type { Search } from '../../lib/search.ts';

/** The screen shows all providers, whatever its address says. */
export const readProvidersSearch = (_search: Search): Search => ({});
