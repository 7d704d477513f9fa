import type { Logger } from 'pino';
import type { AuditPublicKeys } from '../db/audit-keys.ts';
import type { Db } from '../db/client.ts';
import type { Vault } from '../db/vault.ts';
import type { ProviderName, Providers } from '../providers/port.ts';
import type { SealingCodec } from '../temporal/codec.ts';
import type { TargetCheck } from '../providers/targets.ts';
import type { Auth, AuthOptions } from './auth/auth.ts';
import type { AllowListRing } from './http/allow-list-ring.ts';
import type { KeyRing } from './http/key-ring.ts';
import type { Limits } from './http/limits.ts';
import type { NetworkSettings } from './http/network-settings.ts';
import type { LiveHub } from './live/hub.ts';
import type { Streams } from './live/streams.ts';
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
  /** Check the signatures of the audit log's seals; they are not checked without. */
  auditPublicKeys?: AuditPublicKeys | undefined;
}

/** What `createApp` is given. Everything that reaches outside the process is in here. */
export interface AppOptions {
  db: Db;
  vault: Vault;
  temporal: TemporalClient;
  providers: Providers;
  settings: Settings;
  log: Logger;
  auth: AuthOptions;
  /** Reads what Temporal stores, for its Web UI; nothing is encrypted there unless told. */
  codec?: SealingCodec | null;
  /** Judges where events may be sent; public addresses alone unless told. */
  checkTarget?: TargetCheck;
  /** Proxies, origins and limits that are not the usual ones. */
  network?: Partial<NetworkSettings>;
  /** Aborted when the process stops: answers that go on end then. */
  stopping?: AbortSignal;
  /** The folder of the built console; where the build puts it unless told. */
  consoleDir?: string;
}

/** What handlers work with: the options, and what one app shares between requests. */
export interface Deps extends Required<Omit<AppOptions, 'auth'>> {
  auth: Auth;
  keys: KeyRing;
  limits: Limits;
  allowLists: AllowListRing;
  network: NetworkSettings;
  inbox: WebhookInbox;
  payables: PayableSummaries;
  terms: PaymentTerms;
  rejections: WebhookRejections;
  metrics: Metrics;
  live: LiveHub;
  streams: Streams;
}
