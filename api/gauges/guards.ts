import type { Db } from '../../db/client.ts';
import { readAuditState } from '../../db/queries/audit-state.ts';
import { countFiringAlerts, countOpenRisks } from '../../db/queries/gauges/guards.ts';
import { RISK_LEVELS } from '../../domain/risk/rule.ts';
import type { MakeGauge, Theme } from './theme.ts';

/** What watches: the seals of the audit log, risk rules and alerts. */
export function guardGauges(db: Db, gauge: MakeGauge): Theme {
  const risks = gauge('bursar_risk_open', 'Risk events that nobody has resolved, by level.', [
    'level',
  ]);
  const alerts = gauge('bursar_alerts', 'Alerts that hold, by severity.', ['severity']);
  const height = gauge('bursar_audit_height', 'The newest seal of the audit log.');
  const unsealed = gauge(
    'bursar_audit_unsealed_seconds',
    'How long the oldest audit row without a seal has waited for one.',
  );
  return {
    name: 'guards',
    everyMs: 5_000,
    gauges: [risks, alerts, height, unsealed],
    async read() {
      const [audit, open, firing] = await Promise.all([
        readAuditState(db),
        countOpenRisks(db),
        countFiringAlerts(db),
      ]);
      return () => {
        for (const level of RISK_LEVELS) risks.set({ level }, 0);
        for (const { level, count } of open) risks.set({ level }, count);
        for (const severity of ['info', 'warning', 'critical']) alerts.set({ severity }, 0);
        for (const { level, count } of firing) alerts.set({ severity: level }, count);
        height.set(audit.height);
        unsealed.set(audit.unsealedSeconds);
      };
    },
  };
}
