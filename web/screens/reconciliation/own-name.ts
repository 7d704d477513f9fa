import type { Session } from '../../lib/queries.ts';

/** What a person is called as the owner of a case: by the address that their colleagues know. */
export const ownNameOf = ({ email, name }: Session): string => email ?? name;
