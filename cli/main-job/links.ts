import path from 'node:path';
import type { StackInfo } from '../../stack/index.ts';
import type { Style } from '../output/style.ts';
import { pairs } from '../output/table.ts';
import type { JobReport } from './report.ts';

/** Where to look next, and what to try. */
export function linksText(
  { batch, workflowUrl }: JobReport,
  info: StackInfo,
  { dataDir, ownData, style }: { dataDir: string; ownData: boolean; style: Style },
): string {
  const link = (url: string) => style.accent(url);
  const links = pairs([
    ['Console', link(`${info.webUrl}/console/`)],
    ['API reference', link(`${info.apiUrl}/docs`)],
    ['Temporal UI', link(info.temporalUiUrl)],
    ["the batch's workflow", link(workflowUrl)],
    ['API key', path.join(dataDir, 'admin.key')],
  ]);
  const bursar = `npm run bursar --${ownData ? ` --data ${dataDir}` : ''}`;
  return `
${links}

Try next, in another terminal:
  ${bursar} batch show ${batch.id}
  ${bursar} payables --not-ready
  ${bursar} batch preview --currency EUR
  ${bursar} verify
or again: npm start -- --break   (kill -9 of the worker half way, lost answers, doubled webhooks)
`;
}
