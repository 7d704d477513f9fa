import { locateTemporal } from '../../stack/temporal/locate.ts';
import type { TestStack } from './test-stack.ts';

/** Temporal's own command line, pointed at the namespace of a stack. */
export interface TemporalCommand {
  file: string;
  args: (...verbs: string[]) => string[];
}

export async function temporalCommand(
  stack: Pick<TestStack, 'temporalAddress' | 'namespace'>,
): Promise<TemporalCommand> {
  const file = await locateTemporal({ progress: () => {} });
  const target = ['--address', stack.temporalAddress, '--namespace', stack.namespace];
  return { file, args: (...verbs) => [...verbs, ...target] };
}
