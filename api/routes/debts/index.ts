import type { RouteApp } from '../../http/endpoint.ts';
import { listDebtsRoute } from './list.ts';
import { writeOffRoute } from './write-off.ts';

export const DEBT_ROUTES: readonly RouteApp[] = [listDebtsRoute, writeOffRoute];
