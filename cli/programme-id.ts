import { isId } from '../domain/ids.ts';
import { programmePage } from './answers/rules.ts';
import type { ApiClient } from './client.ts';
import { usageError } from './errors.ts';

/** Of `--programme`: an option takes what the platform calls it, as well as our id. */
export const PROGRAMME = '--programme <programme>';

/**
 * The id of a programme that is given by its id or its external id; undefined where none is given.
 * A usage error where there is none of that external id.
 */
export async function programmeIdOf<T extends string | undefined>(
  client: ApiClient,
  given: T,
): Promise<T | string> {
  if (given === undefined || isId('programme', given)) return given;
  for (let cursor: string | undefined; ;) {
    const page = await client.get(programmePage, '/api/disbursement/programmes', {
      query: { limit: 1_000, cursor },
    });
    const found = page.programmes.find((each) => each.externalId === given);
    if (found) return found.id;
    if (page.nextCursor === null)
      throw usageError(`There is no programme ${given}.`, 'See bursar programme list.');
    cursor = page.nextCursor;
  }
}
