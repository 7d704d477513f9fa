import { z } from 'zod';

const minor = z.string().regex(/^-?\d{1,16}$/);

/**
 * Which rows of a kind are meant: those for which all holds that is given. As it is kept with a job, so
 * instants are text (ISO 8601) and amounts too.
 */
export const exportFilter = z.strictObject({
  from: z.iso.datetime().optional(),
  to: z.iso.datetime().optional(),
  currency: z.string().optional(),
  provider: z.string().optional(),
  programmeId: z.string().optional(),
  payeeIds: z.array(z.string()).optional(),
  statuses: z.array(z.string()).optional(),
  minAmountMinor: minor.optional(),
  maxAmountMinor: minor.optional(),
  batchId: z.string().optional(),
  paymentId: z.string().optional(),
  escrowId: z.string().optional(),
  entryId: z.string().optional(),
  /** An account of the ledger, or all of a kind: `provider_clearing/*`. */
  account: z.string().optional(),
  /** Exactly an id, an e-mail address, an external id or the like, as the lists take it. */
  q: z.string().optional(),
});
export type ExportFilter = z.infer<typeof exportFilter>;

/** A condition for each filter that a kind knows; `?` stands for the value. */
export type Conditions = Partial<Record<keyof ExportFilter, string>>;

/** The parameters of a statement, by the order in which it names them. */
export class Values {
  readonly all: unknown[] = [];

  add(value: unknown): string {
    this.all.push(value);
    return `$${this.all.length}`;
  }
}

/** The conditions of what is given and of nothing else, so that each filter has the plan that suits it. */
export function conditionsOf(filter: ExportFilter, known: Conditions, values: Values): string[] {
  return Object.entries(filter).flatMap(([name, value]) => {
    if (value === undefined) return [];
    const condition = known[name as keyof ExportFilter];
    // A filter that is left out would let out more than was asked for.
    if (condition === undefined) throw new Error(`no filter ${name} of this kind of export`);
    return [condition.replaceAll('?', values.add(value))];
  });
}
