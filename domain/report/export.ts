/** What can be exported row by row. */
export const EXPORT_KINDS = ['payments', 'commissions', 'ledger_entries', 'affiliates'] as const;
export type ExportKind = (typeof EXPORT_KINDS)[number];

export const EXPORT_FORMATS = ['csv', 'jsonl'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export const EXPORT_STATES = ['QUEUED', 'RUNNING', 'DONE', 'FAILED', 'EXPIRED'] as const;

/** More rows than that are not answered at once: a job makes the file. */
export const DIRECT_ROWS_MAX = 100_000;
/** Rows that are read at once. */
export const EXPORT_PAGE_ROWS = 5_000;
/** Rows of one part of a job's file; a job that is cut off goes on after the last whole part. */
export const EXPORT_PART_ROWS = 20_000;
/** So long a job's file can be fetched. */
export const EXPORT_KEPT_DAYS = 7;
/** Affiliates that one filter may name. */
export const EXPORT_IDS_MAX = 10_000;
