import type { RouteApp } from '../../http/endpoint.ts';
import { createConversions } from './create.ts';
import { getConversion } from './get.ts';
import { getConversions } from './list.ts';
import { createReversal } from './reverse.ts';

export const CONVERSION_ROUTES: readonly RouteApp[] = [
  createConversions,
  getConversions,
  getConversion,
  createReversal,
];
