import { useSession } from '../../lib/may.ts';
import { actorLabel } from '../../lib/words.ts';
import { Badge } from '../../ui/state-badge.tsx';
import { columnsOf, type Columns } from '../../ui/table-columns.ts';
import { Age, Time } from '../../ui/time.tsx';
import type { Alert, AlertRule } from './api.ts';
import { channelsText, MEASURE_WORDS, ruleText, SEVERITY_TONES } from './words.ts';
import { severityIcon } from './severity-icon.ts';

const alert = columnsOf<Alert>();

export const ALERT_COLUMNS = alert.columns([
  alert.accessor('severity', {
    header: 'Severity',
    meta: { width: '96px' },
    cell: ({ getValue }) => (
      <Badge label={getValue()} tone={SEVERITY_TONES[getValue()]} icon={severityIcon(getValue())} />
    ),
  }),
  alert.accessor('summary', {
    header: 'What',
    meta: { width: 'minmax(150px, 3fr)' },
    cell: ({ getValue }) => <span title={getValue()}>{getValue()}</span>,
  }),
  alert.accessor('rule', {
    header: 'Rule',
    meta: { width: 'minmax(110px, 1fr)', hideBelow: 1080 },
    cell: ({ getValue }) => <span className="soft">{getValue()}</span>,
  }),
  alert.accessor('since', {
    header: 'Since',
    meta: { width: '64px', align: 'end', hideBelow: 560 },
    cell: ({ getValue }) => <Age at={getValue()} />,
  }),
  alert.display({
    id: 'seen-to',
    header: 'Seen to by',
    meta: { width: '130px', hideBelow: 800 },
    cell: ({ row: { original } }) => <SeenTo alert={original} />,
  }),
]) as Columns<Alert>;

function SeenTo({ alert: { acknowledgedBy, resolvedAt } }: { alert: Alert }) {
  const { actor } = useSession();
  if (acknowledgedBy !== null) return actorLabel(acknowledgedBy, actor);
  return resolvedAt === null ? (
    <span className="soft">nobody yet</span>
  ) : (
    <span className="soft">
      over <Time at={resolvedAt} />
    </span>
  );
}

const rule = columnsOf<AlertRule>();

export const RULE_COLUMNS = rule.columns([
  rule.accessor('enabled', {
    header: 'On',
    meta: { width: '44px' },
    cell: ({ getValue }) => (
      <Badge label={getValue() ? 'On' : 'Off'} tone={getValue() ? 'good' : 'off'} />
    ),
  }),
  rule.accessor('name', {
    header: 'Rule',
    meta: { width: 'minmax(120px, 1.4fr)' },
  }),
  rule.accessor('measure', {
    header: 'Watches',
    meta: { width: 'minmax(120px, 1.6fr)', hideBelow: 800 },
    cell: ({ getValue }) => <span className="soft">{MEASURE_WORDS[getValue()].label}</span>,
  }),
  rule.display({
    id: 'fires',
    header: 'Fires',
    meta: { width: 'minmax(110px, 1.4fr)', hideBelow: 560 },
    cell: ({ row: { original } }) => ruleText(original),
  }),
  rule.accessor('channels', {
    header: 'Tells',
    meta: { width: 'minmax(70px, 1fr)', hideBelow: 1080 },
    cell: ({ getValue }) => <span className="mono">{channelsText(getValue())}</span>,
  }),
  rule.accessor('severity', {
    header: 'Severity',
    meta: { width: '96px' },
    cell: ({ getValue }) => (
      <Badge label={getValue()} tone={SEVERITY_TONES[getValue()]} icon={severityIcon(getValue())} />
    ),
  }),
]) as Columns<AlertRule>;
