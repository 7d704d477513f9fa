import { bodyLimit } from 'hono/body-limit';
import { DomainError } from '../../domain/errors.ts';

/** Refuses bodies that are larger, whether or not they say their length. */
export const limitBody = (bytesMax: number) =>
  bodyLimit({
    maxSize: bytesMax,
    onError: () => {
      throw new DomainError(
        'payload_too_large',
        `The body is larger than ${bytesMax} bytes; send it in parts.`,
      );
    },
  });
