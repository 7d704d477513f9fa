import type { RuleVersion } from '../../db/queries/rules-in-force.ts';

/** The rules as they would be with one version more: in its span it stands in place of others for the same target. */
export function layOver(versions: readonly RuleVersion[], proposed: RuleVersion): RuleVersion[] {
  return [...versions.flatMap((version) => outside(version, proposed)), proposed];
}

/** What is left of a version before and after the proposed one. */
function outside(version: RuleVersion, proposed: RuleVersion): RuleVersion[] {
  if (version.groupName !== proposed.groupName || version.payeeId !== proposed.payeeId) {
    return [version];
  }
  const parts: RuleVersion[] = [];
  if (version.fromMs < proposed.fromMs) {
    const toMs = Math.min(version.toMs ?? Infinity, proposed.fromMs);
    parts.push({ ...version, toMs });
  }
  if (proposed.toMs !== null && (version.toMs === null || version.toMs > proposed.toMs)) {
    parts.push({ ...version, fromMs: Math.max(version.fromMs, proposed.toMs) });
  }
  return parts;
}
