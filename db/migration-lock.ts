/** Any fixed number serves; all migrators of all versions must use the same one. */
export const MIGRATION_LOCK = 4_770_801;
