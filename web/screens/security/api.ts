import { hc } from 'hono/client';
import type { deleteAllowListRoute } from '../../../api/routes/allow-lists/delete.ts';
import type { getAllowLists } from '../../../api/routes/allow-lists/list.ts';
import type { putAllowList } from '../../../api/routes/allow-lists/set.ts';
import type { changePassword } from '../../../api/routes/auth/password.ts';
import type {
  beginSecondFactor,
  confirmSecondFactor,
  makeRecoveryCodes,
  removeSecondFactor,
} from '../../../api/routes/auth/second-factor.ts';
import type { endOwnSession, listOwnSessions } from '../../../api/routes/auth/sessions.ts';
import type { createKey } from '../../../api/routes/keys/create.ts';
import type { listKeys } from '../../../api/routes/keys/list.ts';
import type { revokeKey } from '../../../api/routes/keys/revoke.ts';
import type { rotateKey } from '../../../api/routes/keys/rotate.ts';
import type { assignRisk } from '../../../api/routes/risk/assign.ts';
import type { getRisk } from '../../../api/routes/risk/get.ts';
import type { listRisks } from '../../../api/routes/risk/list.ts';
import type { resolveRisk } from '../../../api/routes/risk/resolve.ts';
import type { assignRole } from '../../../api/routes/roles/assign.ts';
import type { roleHistory } from '../../../api/routes/roles/history.ts';
import type { listPeopleRoute } from '../../../api/routes/roles/list-people.ts';
import type { listRolesRoute } from '../../../api/routes/roles/list-roles.ts';
import type { revokeRole } from '../../../api/routes/roles/revoke.ts';
import type { recentSignIns } from '../../../api/routes/roles/sign-ins.ts';
import type { getPolicyRoute } from '../../../api/routes/security-policy/get.ts';
import type { listRatesRoute } from '../../../api/routes/security-policy/list-rates.ts';
import type { setPolicyRoute } from '../../../api/routes/security-policy/set.ts';
import type { createUserRoute } from '../../../api/routes/users/create.ts';
import type { inviteUser } from '../../../api/routes/users/invite.ts';
import type { updateUser } from '../../../api/routes/users/update.ts';
import { clientOptions, type Group } from '../../lib/api.ts';

type PeopleRoutes =
  | typeof assignRole
  | typeof roleHistory
  | typeof listPeopleRoute
  | typeof listRolesRoute
  | typeof revokeRole
  | typeof recentSignIns
  | typeof createUserRoute
  | typeof inviteUser
  | typeof updateUser;

type AccessRoutes =
  | typeof deleteAllowListRoute
  | typeof getAllowLists
  | typeof putAllowList
  | typeof createKey
  | typeof listKeys
  | typeof revokeKey
  | typeof rotateKey
  | typeof getPolicyRoute
  | typeof setPolicyRoute
  | typeof listRatesRoute;

type RiskRoutes = typeof assignRisk | typeof getRisk | typeof listRisks | typeof resolveRisk;

type OwnRoutes =
  | typeof changePassword
  | typeof beginSecondFactor
  | typeof confirmSecondFactor
  | typeof makeRecoveryCodes
  | typeof removeSecondFactor
  | typeof endOwnSession
  | typeof listOwnSessions;

const people = hc<Group<PeopleRoutes>>('/', clientOptions).api.admin;
export const usersApi = people.users;
export const rolesApi = people.affiliate.payouts['role-management'];
export const accessApi = hc<Group<AccessRoutes>>('/', clientOptions).api.admin;
export const riskApi = hc<Group<RiskRoutes>>('/', clientOptions).api.disbursement['risk-events'];
export const ownApi = hc<Group<OwnRoutes>>('/', clientOptions).api.auth;
