/**
 * A row of the audit log as the text that is hashed: a JSON array of all its columns. Details go as the
 * text that Postgres keeps of them, so that no details differ from details that are the JSON null.
 */
const rowText = (row: string): string =>
  `jsonb_build_array(${row}.id, ${row}.action, ${row}.status, ${row}.batch_id, ${row}.payment_id, ${row}.from_state,
     ${row}.to_state, ${row}.actor, ${row}.ip_address, ${row}.user_agent, ${row}.details::text,
     extract(epoch from ${row}.created_at)::text, ${row}.xact)::text`;

/** SHA-256 of a row, 32 bytes. */
export const rowHash = (row: string): string => `sha256(convert_to(${rowText(row)}, 'UTF8'))`;

/** Bytes of one row in a block's `row_marks`: the id and the hash. */
export const MARK_BYTES = 40;

/** The marks of grouped rows that have `id` and `hash`: what a block keeps, and what its hash is over. */
export const MARKS = "coalesce(string_agg(int8send(id) || hash, '' order by id), '')";

/** Rows below the first block's span belong to it too. */
export const LOWEST_XACT = '-9223372036854775808';
