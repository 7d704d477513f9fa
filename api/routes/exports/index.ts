import type { RouteApp } from '../../http/endpoint.ts';
import { createExportRoute } from './create.ts';
import { deleteExportRoute } from './delete.ts';
import { exportNow } from './export-now.ts';
import { getExport } from './get.ts';
import { getExportFile } from './get-file.ts';
import { listExportsRoute } from './list.ts';

export const EXPORT_ROUTES: readonly RouteApp[] = [
  exportNow,
  createExportRoute,
  listExportsRoute,
  getExport,
  getExportFile,
  deleteExportRoute,
];
