import { z } from 'zod';

const text = z.string();
const orNull = z.string().nullable();

const person = z.looseObject({
  id: text,
  email: text,
  name: text,
  role: orNull,
  frozenAt: orNull,
  secondFactor: z.boolean(),
  lastSignInAt: orNull,
});
export const onePerson = z.looseObject({ user: person });
export const personPage = z.looseObject({ users: z.array(person), nextCursor: orNull });
export type PersonWithRole = z.infer<typeof person>;

const change = z.looseObject({
  from: orNull,
  to: orNull,
  reason: orNull,
  actor: text,
  createdAt: text,
});
export const roleChangePage = z.looseObject({ changes: z.array(change), nextCursor: orNull });
export type RoleChange = z.infer<typeof change>;
