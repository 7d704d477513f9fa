import type { RouteApp } from '../../http/endpoint.ts';
import { listHoldsRoute } from './list.ts';
import { placeHoldRoute } from './place.ts';
import { releaseHoldRoute } from './release.ts';

export const HOLD_ROUTES: readonly RouteApp[] = [placeHoldRoute, listHoldsRoute, releaseHoldRoute];
