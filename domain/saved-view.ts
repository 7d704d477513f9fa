/** Views that one caller may keep. */
export const SAVED_VIEWS_MAX = 100;
export const VIEW_NAME_LENGTH_MAX = 80;
/** What the filters of a view may take as JSON, in bytes. */
export const VIEW_SEARCH_BYTES_MAX = 4_096;

/** The query of a screen's address: what stands behind each name, once or several times. */
export type ViewSearch = Readonly<Record<string, string | readonly string[]>>;

/** True where the filters are small enough to be kept. */
export const fitsView = (search: ViewSearch): boolean =>
  new TextEncoder().encode(JSON.stringify(search)).byteLength <= VIEW_SEARCH_BYTES_MAX;
