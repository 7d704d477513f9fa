import { randomInt } from 'node:crypto';
import path from 'node:path';
import { z } from 'zod';
import { readJson, writeJson } from '../../stack/json-file.ts';
import { newInvitation, newPerson, people } from '../answers/people.ts';
import { callAuth } from '../auth-call.ts';
import type { ApiClient } from '../client.ts';
import { CAST, type Part } from './cast.ts';

/** Somebody of the first run, who can sign in. */
export interface CastMember {
  readonly part: Part;
  readonly id: string;
  readonly name: string;
  readonly email: string;
}

/** The people of the first run, and the password that all of them have. */
export interface Cast {
  readonly members: Readonly<Record<Part, CastMember>>;
  readonly password: string;
}

const USERS = '/api/admin/users';
const kept = z.object({ password: z.string() });

/** Where the password lies, for its owner only. */
export const peopleFile = (dataDir: string): string => path.join(dataDir, 'people.json');

/**
 * The people of the first run: those that are there, else made and invited by `client` as any others
 * are. Whoever is there keeps the password that the data folder knows; where it knows none, they get
 * another one.
 */
export async function ensureCast(client: ApiClient, dataDir: string): Promise<Cast> {
  const file = peopleFile(dataDir);
  const stored = kept.safeParse(readJson(file));
  const password = stored.success ? stored.data.password : drawPassword();
  if (!stored.success) writeJson(file, { password, emails: CAST.map(({ email }) => email) });
  const ensure = (each: (typeof CAST)[number]) =>
    ensureMember(client, each, password, stored.success);
  const [maker, approver, viewer] = CAST;
  return {
    password,
    members: {
      maker: await ensure(maker),
      approver: await ensure(approver),
      viewer: await ensure(viewer),
    },
  };
}

async function ensureMember(
  client: ApiClient,
  { part, name, email, role }: (typeof CAST)[number],
  password: string,
  known: boolean,
): Promise<CastMember> {
  const { users } = await client.get(people, USERS, { query: { q: email } });
  const found = users.find((user) => user.email === email);
  if (found?.hasPassword === true && known) return { part, id: found.id, name, email };
  const made =
    found === undefined
      ? await client.post(newPerson, USERS, { body: { email, name, role } })
      : {
          user: found,
          ...(await client.post(newInvitation, `${USERS}/${found.id}/invite`, { body: {} })),
        };
  const { refused } = await callAuth(client.url, 'accept-invite', {
    body: { token: made.invite.token, password },
  });
  if (refused) throw refused;
  return { part, id: made.user.id, name, email };
}

const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789';
const GROUPS = 4;
const GROUP_LETTERS = 4;

/** 79 bits that can be typed: no letters that look like others. */
const drawPassword = (): string =>
  Array.from({ length: GROUPS }, () =>
    Array.from({ length: GROUP_LETTERS }, () => LETTERS[randomInt(LETTERS.length)]).join(''),
  ).join('-');
