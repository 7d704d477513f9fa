import type { RouteApp } from '../../http/endpoint.ts';
import { createProgrammeRoute } from './create.ts';
import { getProgramme } from './get.ts';
import { listProgrammesRoute } from './list.ts';
import { updateProgrammeRoute } from './update.ts';

export const PROGRAMME_ROUTES: readonly RouteApp[] = [
  createProgrammeRoute,
  listProgrammesRoute,
  getProgramme,
  updateProgrammeRoute,
];
