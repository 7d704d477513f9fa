import type { RouteApp } from '../../http/endpoint.ts';
import { liveEvents } from './events.ts';

export const LIVE_ROUTES: readonly RouteApp[] = [liveEvents];
