import type { RouteApp } from '../../http/endpoint.ts';
import { assignCase } from './assign.ts';
import { getCase } from './get.ts';
import { listCasesRoute } from './list.ts';
import { noteCase } from './note.ts';
import { resolveCase } from './resolve.ts';

export const CASE_ROUTES: readonly RouteApp[] = [
  listCasesRoute,
  getCase,
  assignCase,
  noteCase,
  resolveCase,
];
