import type { Logger } from 'pino';
import { openLogger } from '../db/log.ts';

/** JSON lines on stdout, without secrets and without the values of failed queries. */
export const openLog = (level: string): Logger => openLogger({ level, base: { service: 'api' } });
