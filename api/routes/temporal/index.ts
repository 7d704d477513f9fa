import type { RouteApp } from '../../http/endpoint.ts';
import { decodePayloads, encodePayloads } from './codec.ts';

export const TEMPORAL_ROUTES: readonly RouteApp[] = [decodePayloads, encodePayloads];
