import type { ImportError } from '../../db/schema/imports.ts';

/** Lines that were checked cannot be taken after all; the whole import is undone. */
export class ImportRefused extends Error {
  readonly error: ImportError;

  constructor(error: ImportError) {
    super(error.message);
    this.name = 'ImportRefused';
    this.error = error;
  }
}
