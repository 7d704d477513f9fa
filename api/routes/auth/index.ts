import type { RouteApp } from '../../http/endpoint.ts';
import { acceptInvite } from './accept-invite.ts';
import { getSession } from './get-session.ts';
import { finishOidc, startOidc } from './oidc.ts';
import { changePassword } from './password.ts';
import {
  beginSecondFactor,
  confirmSecondFactor,
  makeRecoveryCodes,
  removeSecondFactor,
} from './second-factor.ts';
import { endOwnSession, listOwnSessions } from './sessions.ts';
import { signIn, signInSecondFactor } from './sign-in.ts';
import { signOut } from './sign-out.ts';
import { stepUp } from './step-up.ts';

export const AUTH_ROUTES: readonly RouteApp[] = [
  signIn,
  signInSecondFactor,
  signOut,
  getSession,
  stepUp,
  changePassword,
  beginSecondFactor,
  confirmSecondFactor,
  removeSecondFactor,
  makeRecoveryCodes,
  listOwnSessions,
  endOwnSession,
  acceptInvite,
  startOidc,
  finishOidc,
];
