import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
} from '@tanstack/react-router';
import { readSavedSearch } from '../lib/saved-search.ts';
import { readBatchSearch, readBatchesSearch } from '../screens/batches/search.ts';
import { readApprovalsSearch } from '../screens/approvals/search.ts';
import { readNewBatchSearch } from '../screens/new-batch/search.ts';
import { readPayablesSearch } from '../screens/payables/search.ts';
import { readRecipientsSearch } from '../screens/recipients/search.ts';
import { readProvidersSearch } from '../screens/providers/search.ts';
import { readWebhooksSearch } from '../screens/webhooks/search.ts';
import { readReconciliationSearch } from '../screens/reconciliation/search.ts';
import { readLedgerSearch } from '../screens/ledger/search.ts';
import { readReportsSearch } from '../screens/reports/search.ts';
import { readRulesSearch } from '../screens/rules/search.ts';
import { readAlertsSearch } from '../screens/alerts/search.ts';
import { readSecuritySearch } from '../screens/security/search.ts';
import { readAuditSearch } from '../screens/audit/search.ts';
import { readSystemSearch } from '../screens/system/search.ts';
import { readRecipientSearch } from '../screens/recipient/search.ts';
import { Fault, Nowhere } from './dead-ends.tsx';
import { Root } from './root.tsx';
import { ScreenSkeleton } from './screen-skeleton.tsx';

const root = createRootRoute({ component: Root, validateSearch: readSavedSearch });
const getParentRoute = () => root;

const overview = createRoute({
  getParentRoute,
  path: '/',
  component: lazyRouteComponent(() => import('../screens/overview/overview.tsx'), 'Overview'),
});

const payables = createRoute({
  getParentRoute,
  path: '/payables',
  validateSearch: readPayablesSearch,
  component: lazyRouteComponent(() => import('../screens/payables/payables.tsx'), 'Payables'),
});

const newBatch = createRoute({
  getParentRoute,
  path: '/new',
  validateSearch: readNewBatchSearch,
  component: lazyRouteComponent(() => import('../screens/new-batch/new-batch.tsx'), 'NewBatch'),
});

const batches = createRoute({
  getParentRoute,
  path: '/batches',
  validateSearch: readBatchesSearch,
  component: lazyRouteComponent(() => import('../screens/batches/batches.tsx'), 'Batches'),
});

const batch = createRoute({
  getParentRoute,
  path: '/batches/$batchId',
  validateSearch: readBatchSearch,
  component: lazyRouteComponent(() => import('../screens/batch/batch.tsx'), 'BatchScreen'),
});

const approvals = createRoute({
  getParentRoute,
  path: '/approvals',
  validateSearch: readApprovalsSearch,
  component: lazyRouteComponent(() => import('../screens/approvals/approvals.tsx'), 'Approvals'),
});

const recipients = createRoute({
  getParentRoute,
  path: '/recipients',
  validateSearch: readRecipientsSearch,
  component: lazyRouteComponent(() => import('../screens/recipients/recipients.tsx'), 'Recipients'),
});

const providers = createRoute({
  getParentRoute,
  path: '/providers',
  validateSearch: readProvidersSearch,
  component: lazyRouteComponent(() => import('../screens/providers/providers.tsx'), 'Providers'),
});

const webhooks = createRoute({
  getParentRoute,
  path: '/webhooks',
  validateSearch: readWebhooksSearch,
  component: lazyRouteComponent(() => import('../screens/webhooks/webhooks.tsx'), 'Webhooks'),
});

const reconciliation = createRoute({
  getParentRoute,
  path: '/reconciliation',
  validateSearch: readReconciliationSearch,
  component: lazyRouteComponent(
    () => import('../screens/reconciliation/reconciliation.tsx'),
    'Reconciliation',
  ),
});

const ledger = createRoute({
  getParentRoute,
  path: '/ledger',
  validateSearch: readLedgerSearch,
  component: lazyRouteComponent(() => import('../screens/ledger/ledger.tsx'), 'Ledger'),
});

const reports = createRoute({
  getParentRoute,
  path: '/reports',
  validateSearch: readReportsSearch,
  component: lazyRouteComponent(() => import('../screens/reports/reports.tsx'), 'Reports'),
});

const rules = createRoute({
  getParentRoute,
  path: '/rules',
  validateSearch: readRulesSearch,
  component: lazyRouteComponent(() => import('../screens/rules/rules.tsx'), 'Rules'),
});

const alerts = createRoute({
  getParentRoute,
  path: '/alerts',
  validateSearch: readAlertsSearch,
  component: lazyRouteComponent(() => import('../screens/alerts/alerts.tsx'), 'Alerts'),
});

const security = createRoute({
  getParentRoute,
  path: '/security',
  validateSearch: readSecuritySearch,
  component: lazyRouteComponent(() => import('../screens/security/security.tsx'), 'Security'),
});

const audit = createRoute({
  getParentRoute,
  path: '/audit',
  validateSearch: readAuditSearch,
  component: lazyRouteComponent(() => import('../screens/audit/audit.tsx'), 'Audit'),
});

const system = createRoute({
  getParentRoute,
  path: '/system',
  validateSearch: readSystemSearch,
  component: lazyRouteComponent(() => import('../screens/system/system.tsx'), 'System'),
});

const recipient = createRoute({
  getParentRoute,
  path: '/recipients/$recipientId',
  validateSearch: readRecipientSearch,
  component: lazyRouteComponent(
    () => import('../screens/recipient/recipient.tsx'),
    'RecipientScreen',
  ),
});

/** Where an invitation leads: shown instead of the sign-in, so it has no screen of its own. */
const invite = createRoute({ getParentRoute, path: '/invite' });

export const router = createRouter({
  routeTree: root.addChildren([
    overview,
    payables,
    newBatch,
    batches,
    batch,
    approvals,
    recipient,
    recipients,
    providers,
    webhooks,
    reconciliation,
    ledger,
    reports,
    rules,
    alerts,
    security,
    audit,
    system,
    invite,
  ]),
  basepath: '/console',
  defaultPreload: 'intent',
  defaultPendingComponent: ScreenSkeleton,
  defaultNotFoundComponent: Nowhere,
  defaultErrorComponent: Fault,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
