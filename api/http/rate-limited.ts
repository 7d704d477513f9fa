import { DomainError } from '../../domain/errors.ts';

/** Too many calls of one kind; the answer says when the next one may come. */
export class RateLimited extends DomainError {
  readonly retryAfterSeconds: number;

  constructor(message: string, waitMs: number) {
    super('rate_limited', message);
    this.retryAfterSeconds = Math.max(1, Math.ceil(waitMs / 1_000));
  }
}
