import type { RouteApp } from '../../http/endpoint.ts';
import { listProviders } from './list.ts';

export const PROVIDER_ROUTES: readonly RouteApp[] = [listProviders];
