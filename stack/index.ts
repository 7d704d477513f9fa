export { StackError } from './errors.ts';
export type { StackEvent, StackLog } from './events.ts';
export { readStackFile, type StackInfo } from './info.ts';
export type { Stack, StackOptions } from './options.ts';
export { defaultDataDir } from './paths.ts';
export { freePort, withFreePorts } from './ports.ts';
export { storedAuditKeys } from './secrets.ts';
export { startStack } from './stack.ts';
