import { IconAlertTriangle, IconFlame, IconInfoCircle, type Icon } from '@tabler/icons-react';
import type { Alert } from './api.ts';

const ICONS: Readonly<Record<Alert['severity'], Icon>> = {
  critical: IconFlame,
  warning: IconAlertTriangle,
  info: IconInfoCircle,
};

export const severityIcon = (severity: Alert['severity']): Icon => ICONS[severity];
