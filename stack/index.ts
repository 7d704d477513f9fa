export { StackError } from './errors.ts';
export type { StackEvent, StackLog } from './events.ts';
export { readStackFile, type StackInfo, type StackProcesses } from './info.ts';
export type { KillOptions, Stack, StackOptions, StackParts } from './options.ts';
export { defaultDataDir } from './paths.ts';
export { freePort, withFreePorts, type Ports } from './ports.ts';
export { startStack } from './stack.ts';
