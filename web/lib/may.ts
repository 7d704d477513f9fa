import { useQuery } from '@tanstack/react-query';
import { useCallback } from 'react';
import { permissionsQuery, sessionQuery, type Permission, type Session } from './queries.ts';
import { no, YES, type Verdict } from './verdict.ts';

/** Asks the API what the signed-in person may do from here. Nothing is allowed until it has answered. */
export function useMay(): (permission: Permission) => Verdict {
  const { data } = useQuery(permissionsQuery);
  return useCallback(
    (permission) => {
      if (!data) return no('Asking what you may do …');
      if (data.allowed[permission] === true) return YES;
      const reason = data.reasons[permission] ?? `you do not hold ${permission}`;
      return no(`Not for you: ${reason}.`);
    },
    [data],
  );
}

/** The person who is signed in. Only for what is shown after a sign-in. */
export function useSession(): Session {
  const { data } = useQuery(sessionQuery);
  if (!data) throw new Error('Nobody is signed in here.');
  return data;
}
