import type { RouteApp } from '../../http/endpoint.ts';
import { importCsv } from './import.ts';

export const IMPORT_ROUTES: readonly RouteApp[] = [importCsv];
