import {
  IconBell,
  IconBook2,
  IconBuildingBank,
  IconCalendarRepeat,
  IconChartBar,
  IconCoins,
  IconFingerprint,
  IconLayoutDashboard,
  IconRosetteDiscountCheck,
  IconScale,
  IconServer2,
  IconShieldLock,
  IconStack2,
  IconUsers,
  IconWebhook,
  type Icon,
} from '@tabler/icons-react';

export interface Place {
  to:
    | '/'
    | '/payables'
    | '/batches'
    | '/approvals'
    | '/recipients'
    | '/providers'
    | '/webhooks'
    | '/reconciliation'
    | '/ledger'
    | '/reports'
    | '/rules'
    | '/alerts'
    | '/security'
    | '/audit'
    | '/system';
  label: string;
  icon: Icon;
  /** Pressed after `g`. */
  key: string;
  /** For those who search. */
  about: string;
}

/** The screens in the order of a day: paying, then watching, then running the place. */
export const PLACE_GROUPS: readonly { label: string; places: readonly Place[] }[] = [
  {
    label: 'Pay',
    places: [
      {
        to: '/',
        label: 'Overview',
        icon: IconLayoutDashboard,
        key: 'o',
        about: 'What needs you, and what is in flight',
      },
      {
        to: '/payables',
        label: 'Payables',
        icon: IconCoins,
        key: 'p',
        about: 'Who can be paid now, and why others cannot',
      },
      {
        to: '/batches',
        label: 'Batches',
        icon: IconStack2,
        key: 'b',
        about: 'Every batch with its progress',
      },
      {
        to: '/approvals',
        label: 'Approvals',
        icon: IconRosetteDiscountCheck,
        key: 'a',
        about: 'Batches that wait for a word',
      },
      {
        to: '/recipients',
        label: 'Recipients',
        icon: IconUsers,
        key: 'r',
        about: 'Payees: accounts, KYC, holds, history, statements',
      },
    ],
  },
  {
    label: 'Watch',
    places: [
      {
        to: '/reports',
        label: 'Reports',
        icon: IconChartBar,
        key: 't',
        about: 'Figures by period, payee, method; exports',
      },
      {
        to: '/reconciliation',
        label: 'Reconciliation',
        icon: IconScale,
        key: 'c',
        about: 'Provider against ledger, and what differs',
      },
      {
        to: '/ledger',
        label: 'Ledger',
        icon: IconBook2,
        key: 'l',
        about: 'Accounts, entries, and that they always sum to zero',
      },
      {
        to: '/providers',
        label: 'Providers',
        icon: IconBuildingBank,
        key: 'v',
        about: 'Health, balance and circuit of each provider',
      },
      {
        to: '/webhooks',
        label: 'Webhooks',
        icon: IconWebhook,
        key: 'w',
        about: 'Events in and out, their signatures and lag',
      },
      {
        to: '/alerts',
        label: 'Alerts',
        icon: IconBell,
        key: 'n',
        about: 'What is wrong, what would tell you',
      },
    ],
  },
  {
    label: 'Run',
    places: [
      {
        to: '/rules',
        label: 'Rules and schedules',
        icon: IconCalendarRepeat,
        key: 'u',
        about: 'Versions, dry runs, the next runs',
      },
      {
        to: '/security',
        label: 'Security',
        icon: IconShieldLock,
        key: 's',
        about: 'People, roles, keys, networks, risk',
      },
      {
        to: '/audit',
        label: 'Audit',
        icon: IconFingerprint,
        key: 'd',
        about: 'Who did what, sealed',
      },
      {
        to: '/system',
        label: 'System',
        icon: IconServer2,
        key: 'y',
        about: 'Workers, queues, database, Temporal',
      },
    ],
  },
];

/** The screens that navigation, commands and keys lead to. */
export const PLACES: readonly Place[] = PLACE_GROUPS.flatMap(({ places }) => places);
