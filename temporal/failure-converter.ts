import { DefaultFailureConverter } from '@temporalio/common';

/**
 * Keeps messages and stack traces of failures in a payload, which the codec encrypts, in place of in
 * the open. Bundled with the workflows where the codec is on; Temporal looks it up by this name.
 * @public
 */
export const failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
