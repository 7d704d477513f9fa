import type { ActorFacts } from './actor-facts.ts';
import { approverPair } from './approver-pair.ts';
import { bulkReveal } from './bulk-reveal.ts';
import { failedSignIns } from './failed-sign-ins.ts';
import type { RiskFinding } from './finding.ts';
import { freshRole } from './fresh-role.ts';
import { newDevice } from './new-device.ts';
import { permissionProbing } from './permission-probing.ts';
import type { RiskSettings } from './settings.ts';
import { twoNetworks } from './two-networks.ts';
import { unusualHour } from './unusual-hour.ts';

/** What the rules about actors find about one action. */
export function judgeActor(facts: ActorFacts, settings: RiskSettings): RiskFinding[] {
  const device = newDevice(facts, settings.new_device);
  return [
    device,
    unusualHour(facts, device !== null, settings.unusual_hour),
    twoNetworks(facts, settings.two_networks),
    failedSignIns(facts, settings.failed_sign_ins),
    permissionProbing(facts, settings.permission_probing),
    freshRole(facts, settings.fresh_role),
    approverPair(facts, settings.approver_pair),
    bulkReveal(facts, settings.bulk_reveal),
  ].filter((finding) => finding !== null);
}
