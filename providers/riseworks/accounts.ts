import type { z } from 'zod';
import { refusal, unreachable } from '../http.ts';
import { ProviderError, type AccountState, type InviteRole, type KycStatus } from '../port.ts';
import type { Session, SignedInCall } from './session.ts';
import {
  balanceSchema,
  invitedSchema,
  readJson,
  summarySchema,
  teamsSchema,
  usersSchema,
  type Entity,
} from './wire.ts';
import { urlPart } from '../url-part.ts';

/**
 * What words of Rise mean for the verification of a payee: by the name of a field of the user or of
 * the member's summary (a path with dots), by its word. Rise documents no such field.
 */
export type KycMap = Readonly<Record<string, Readonly<Record<string, KycStatus>>>>;

async function ask<T>(session: Session, schema: z.ZodType<T>, request: SignedInCall): Promise<T> {
  const result = await session.call(request);
  if (result.kind !== 'answered') throw unreachable();
  if (result.status >= 300) throw refusal(result.status);
  const value = readJson(schema, result.text);
  if (value === null) throw new ProviderError('unreadable', 'the answer of Rise is not readable');
  return value;
}

const get = <T>(session: Session, schema: z.ZodType<T>, path: string): Promise<T> =>
  ask(session, schema, { method: 'GET', path });

/** The team's balance in cents, and the address that its payments come from, where told. */
export async function teamBalance(session: Session, team: string, currency: string) {
  const path = `/v2/balance?nanoid=${team}&currencies=${currency}`;
  const { data } = await get(session, balanceSchema, path);
  const amounts = data.balances
    .filter((balance) => balance.currency === currency)
    .map(({ balance_cents }) => balance_cents);
  return {
    available: amounts.reduce((sum, amount) => sum + amount, 0n),
    address: data.rise_account_address?.toLowerCase() ?? null,
  };
}

/**
 * What Rise says about its users among `accountRefs`: members of the team are known, others are left
 * out. Being a member proves no verification, so without a mapped word that stays as it is.
 */
export async function syncMembers(
  session: Session,
  team: string,
  kycMap: KycMap,
  accountRefs: readonly string[],
): Promise<AccountState[]> {
  const { data: teams } = await get(session, teamsSchema, '/v2/user/teams');
  if (!teams.some(({ nanoid }) => nanoid === team)) {
    throw new ProviderError('forbidden', 'the team is none of the wallet’s teams at Rise');
  }
  const { data: users } = await get(session, usersSchema, `/v2/teams/${team}/users`);
  const asked = new Set(accountRefs);
  const members = users.filter(({ nanoid }) => asked.has(nanoid));
  return Promise.all(
    members.map(async (member) => ({
      accountRef: member.nanoid,
      kycStatus: await kycOf(session, team, kycMap, member),
      email: member.email ?? null,
    })),
  );
}

async function kycOf(
  session: Session,
  team: string,
  kycMap: KycMap,
  member: Entity,
): Promise<KycStatus | null> {
  if (Object.keys(kycMap).length === 0) return null;
  const told = mapped(kycMap, member);
  if (told) return told;
  const path = `/v2/teams/${team}/member/${urlPart(member.nanoid)}/summary`;
  return mapped(kycMap, (await get(session, summarySchema, path)).data);
}

function mapped(kycMap: KycMap, told: unknown): KycStatus | null {
  for (const [path, words] of Object.entries(kycMap)) {
    const value = path.split('.').reduce(step, told);
    if (typeof value === 'string' && Object.hasOwn(words, value)) return words[value] ?? null;
  }
  return null;
}

const step = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined;

/**
 * Invites people to the team by e-mail, in a role that Rise wants no signature for; answers the ids
 * of the invitations. Throws `ProviderError`.
 */
export async function inviteToRise(
  session: Session,
  team: string,
  emails: readonly string[],
  role: InviteRole,
): Promise<string[]> {
  const { data } = await ask(session, invitedSchema, {
    method: 'POST',
    path: '/v2/invites',
    body: JSON.stringify({
      nanoid: team,
      invites: emails.map((email) => ({ email })),
      role,
      anonymous: false,
    }),
  });
  return data.nanoids;
}
