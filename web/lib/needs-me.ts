import { queryOptions } from '@tanstack/react-query';
import { answerOf, batchApi } from './api.ts';
import type { Batch, Session } from './queries.ts';

const WAITING_MAX = '200';

/** Batches that wait for somebody's word, newest first. */
export const waitingBatchesQuery = queryOptions({
  queryKey: ['batches', 'list', 'waiting'],
  queryFn: async ({ signal }) => {
    const { batches } = await answerOf(
      batchApi.batches.$get(
        { query: { status: 'PENDING', limit: WAITING_MAX } },
        { init: { signal } },
      ),
    );
    return batches.filter(({ approvals }) => approvals.missing > 0);
  },
});

/** True where the person has made or changed the batch, so that its approval is for others. */
export const isOwn = (batch: Pick<Batch, 'createdBy' | 'editedBy'>, { actor }: Session): boolean =>
  batch.createdBy === actor || batch.editedBy === actor;

/** Roles from the lowest to the highest; each holds what the one before holds. */
const ROLES: readonly Session['role'][] = [
  'viewer',
  'operator',
  'processor',
  'manager',
  'admin',
  'super_admin',
];

/** Whether a role may stand where that one is asked for. */
const reaches = (role: Session['role'], asked: Session['role']): boolean =>
  ROLES.indexOf(role) >= ROLES.indexOf(asked);

/** The batches whose missing approval this person could give. The API has the last word. */
export const pendingForMe = (batches: readonly Batch[], session: Session): Batch[] =>
  batches.filter(
    (batch) =>
      !isOwn(batch, session) &&
      batch.approvals.lacking.some(({ role }) => reaches(session.role, role)),
  );
