import type { Logger } from 'pino';
import type { Db } from '../db/client.ts';
import type { Vault } from '../db/vault.ts';
import type { ProviderName, Providers } from '../providers/port.ts';
import type { TargetCheck } from '../providers/targets.ts';
import type { KeyRing } from './http/key-ring.ts';
import type { Metrics } from './metrics.ts';
import type { PayableSummaries } from './payable-summary.ts';
import type { PaymentTerms } from './payment-terms.ts';
import type { TemporalClient } from './temporal.ts';
import type { WebhookInbox } from './webhook-inbox.ts';
import type { WebhookRejections } from './webhook-rejections.ts';

export interface Settings {
  /** Where people reach this API; links in Temporal's Web UI point there. */
  publicUrl: string;
  temporalUiUrl: string | undefined;
  temporalNamespace: string;
  approvalsRequired: number;
  defaultProvider: ProviderName;
}

/** What `createApp` is given. Everything that reaches outside the process is in here. */
export interface AppOptions {
  db: Db;
  vault: Vault;
  temporal: TemporalClient;
  providers: Providers;
  settings: Settings;
  log: Logger;
  /** Judges where events may be sent; public addresses alone unless told. */
  checkTarget?: TargetCheck;
}

/** What handlers work with: the options, and what one app shares between requests. */
export interface Deps extends Required<AppOptions> {
  keys: KeyRing;
  inbox: WebhookInbox;
  payables: PayableSummaries;
  terms: PaymentTerms;
  rejections: WebhookRejections;
  metrics: Metrics;
}
