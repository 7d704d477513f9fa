import path from 'node:path';
import type { StackInfo } from '../../stack/index.ts';
import type { Style } from './style.ts';
import { pairs } from './table.ts';

/** Where a running stack answers. */
export function stackCard(info: StackInfo, dataDir: string, style: Style): string {
  const link = (url: string) => style.accent(url);
  return pairs([
    ['API', link(info.apiUrl)],
    ['Console', link(`${info.webUrl}/console/`)],
    ['API reference', link(`${info.apiUrl}/docs`)],
    ['API key', `${info.apiKey}   (${path.join(dataDir, 'admin.key')})`],
    ['Temporal UI', link(info.temporalUiUrl)],
    ['Temporal', `${info.temporalAddress}, namespace ${info.temporalNamespace}`],
    ['Simulator', link(info.simulatorUrl)],
    ['Logs', path.join(dataDir, 'logs')],
  ]);
}

/** The page of one workflow in Temporal's Web UI. */
export const workflowUrl = (info: StackInfo, workflowId: string): string =>
  `${info.temporalUiUrl}/namespaces/${encodeURIComponent(info.temporalNamespace)}/workflows/${encodeURIComponent(workflowId)}`;
