import { z } from 'zod';

const text = z.string();

const allowListSchema = z.looseObject({
  scope: text,
  subject: text,
  cidrs: z.array(text),
  note: text.nullable(),
  updatedBy: text,
  updatedAt: text,
});

export const allowListList = z.looseObject({ allowLists: z.array(allowListSchema) });
export const oneAllowList = z.looseObject({ allowList: allowListSchema });
export const deletedAllowList = z.looseObject({ scope: text, subject: text });
