import { callerHolds } from './caller.ts';
import type { AppContext } from './context.ts';

/** Where Temporal's Web UI shows a workflow; null for those who may not steer it, or without a Web UI. */
export function workflowUrlFor(c: AppContext, workflowId: string): string | null {
  const all = workflowsUrlFor(c);
  return all && `${all}/${encodeURIComponent(workflowId)}`;
}

/** Where it shows all of them; null for the same. */
export function workflowsUrlFor(c: AppContext): string | null {
  const { temporalUiUrl, temporalNamespace } = c.var.deps.settings;
  if (!temporalUiUrl || !callerHolds(c.var.caller, 'process')) return null;
  return `${temporalUiUrl}/namespaces/${temporalNamespace}/workflows`;
}
