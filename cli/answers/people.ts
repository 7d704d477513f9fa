import { z } from 'zod';

const person = z.looseObject({
  id: z.string(),
  email: z.string(),
  name: z.string(),
  role: z.string().nullable(),
  frozenAt: z.string().nullable(),
  frozenReason: z.string().nullable(),
  secondFactor: z.boolean(),
  hasPassword: z.boolean(),
});

const invitation = z.looseObject({ token: z.string(), expiresAt: z.string() });

/** Answers about people, as far as they are read here. */
export const onePerson = z.looseObject({ user: person });
export const newPerson = z.looseObject({ user: person, invite: invitation });
export const newInvitation = z.looseObject({ invite: invitation });
export const people = z.looseObject({
  users: z.array(person),
  nextCursor: z.string().nullable(),
});

export const callerSession = z.looseObject({
  session: z.looseObject({
    name: z.string(),
    kind: z.string(),
    role: z.string(),
    expiresAt: z.string().nullable(),
  }),
});
