declare const BURSAR_VERSION: string;

/** The version that this console was built from; a page that was left open may be older than the API. */
export const CONSOLE_VERSION = BURSAR_VERSION;
