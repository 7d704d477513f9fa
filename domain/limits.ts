/** The limits of docs/configuration.md, each of them reported when it is hit. */
export const CHUNK_PAYMENTS_MAX = 100;
export const BATCH_PAYMENTS_MAX = 1_000_000;
export const PAYMENT_COMMISSIONS_MAX = 10_000;
export const PAGE_ROWS_MAX = 1_000;
export const PAGE_ROWS_DEFAULT = 50;
export const REQUEST_BODY_BYTES_MAX = 1_048_576;
export const BULK_ITEMS_MAX = 1_000;
/** A run continues as new well before 4,096 events, so that signals still fit in. */
export const WORKFLOW_EVENTS_MAX = 3_500;
/** One first send and three retries, for each generation of a payment. */
export const SENDS_PER_GENERATION_MAX = 4;
/** So long a payment waits for its payee to have a verified account, unless told otherwise. */
export const PARKED_MAX_MS = 90 * 86_400_000;
/** Amounts stay exact in JSON, whose readers mostly hold numbers as doubles. */
export const AMOUNT_MINOR_MAX = 9_007_199_254_740_991n;
/** So long after its last send a payment that is still in doubt becomes a case for a person. */
export const DOUBT_CASE_AFTER_MS = 6 * 3_600_000;
/** A provider's own read may lag behind the end that its event told for so long before it contradicts it. */
export const HINT_LAG_MAX_MS = 15 * 60_000;
/** An event that only the provider's own read could confirm is given up after so long. */
export const HINT_WAIT_MAX_MS = 24 * 3_600_000;
/** An event that names its payment by the provider's id alone may come before that id is known here. */
export const HINT_UNMATCHED_MAX_MS = 15 * 60_000;
/** Each event is written once for every endpoint that wants it. */
export const ENDPOINTS_MAX = 20;
/** Events that one call has delivered again. */
export const REPLAYS_MAX = 100_000;
