import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** What axe-core finds serious or critical on what the page shows now. */
export async function seriousFindings(page: Page): Promise<string[]> {
  // A script tag would be refused by our own policy; this is run by the browser's tools instead.
  await page.evaluate(axe.source);
  const found = await page.evaluate<Finding[]>(
    `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
       violations.filter(({ impact }) => impact === 'serious' || impact === 'critical'))`,
  );
  return found.flatMap(({ id, impact, nodes }) =>
    nodes.map(
      ({ target, failureSummary }) => `${impact} ${id}: ${target.join(' ')}: ${failureSummary}`,
    ),
  );
}

interface Finding {
  id: string;
  impact: string;
  nodes: { target: string[]; failureSummary: string }[];
}
