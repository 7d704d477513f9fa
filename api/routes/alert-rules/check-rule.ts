import { unknownEndpoints } from '../../../db/queries/alert-rules.ts';
import { readChannel } from '../../../domain/alerts/channel.ts';
import { problemsOf, type RuleScope } from '../../../domain/alerts/measures.ts';
import { DomainError, type ErrorDetail } from '../../../domain/errors.ts';
import type { AppContext } from '../../http/context.ts';

/** Throws `validation_error` that names everything which a rule says of its measure and may not. */
export function assertRule(rule: RuleScope): void {
  refuse(problemsOf(rule));
}

/** Throws `validation_error` where a channel names an endpoint that is not there. */
export async function assertEndpoints(c: AppContext, channels: readonly string[]): Promise<void> {
  const named = channels.map((channel) => readChannel(channel));
  const ids = named.flatMap((channel) =>
    channel?.kind === 'endpoint' ? [channel.endpointId] : [],
  );
  if (ids.length === 0) return;
  const unknown = new Set(await unknownEndpoints(c.var.deps.db, ids));
  refuse(
    named.flatMap((channel, place) =>
      channel?.kind === 'endpoint' && unknown.has(channel.endpointId)
        ? [{ path: `channels.${place}`, reason: 'names no webhook endpoint; register it first' }]
        : [],
    ),
  );
}

function refuse(problems: readonly ErrorDetail[]): void {
  if (problems.length === 0) return;
  throw new DomainError('validation_error', 'The alert rule is not valid.', problems);
}
