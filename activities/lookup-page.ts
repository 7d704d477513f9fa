import type { Provider } from '../providers/port.ts';

const PAGE = 500;
const PAGE_OF_SINGLE_CALLS = 50;

/**
 * How many payments to look up before what was found is recorded: fewer where each is a call of its
 * own, which a rate limit may stretch over minutes.
 */
export const lookupPage = ({ capabilities }: Provider): number =>
  capabilities.lookupReferencesMax === 1 ? PAGE_OF_SINGLE_CALLS : PAGE;
