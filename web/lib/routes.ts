import type { listPayable } from '../../api/routes/affiliates/payable.ts';
import type { acceptInvite } from '../../api/routes/auth/accept-invite.ts';
import type { getSession } from '../../api/routes/auth/get-session.ts';
import type { signIn, signInSecondFactor } from '../../api/routes/auth/sign-in.ts';
import type { signOut } from '../../api/routes/auth/sign-out.ts';
import type { stepUp } from '../../api/routes/auth/step-up.ts';
import type { batchApprovals } from '../../api/routes/batches/approvals.ts';
import type { approveBatch } from '../../api/routes/batches/approve.ts';
import type { cancelBatchRoute } from '../../api/routes/batches/cancel.ts';
import type { createBatchRoute } from '../../api/routes/batches/create.ts';
import type { deleteBatchRoute } from '../../api/routes/batches/delete.ts';
import type { listExclusions } from '../../api/routes/batches/exclusions.ts';
import type { executeBatch } from '../../api/routes/batches/execute.ts';
import type { getBatch } from '../../api/routes/batches/get.ts';
import type { listBatchesRoute } from '../../api/routes/batches/list.ts';
import type { pauseBatch } from '../../api/routes/batches/pause.ts';
import type { listPaymentsOfBatch } from '../../api/routes/batches/payments.ts';
import type { previewRoute } from '../../api/routes/batches/preview.ts';
import type { rejectBatch } from '../../api/routes/batches/reject.ts';
import type { resumeBatch } from '../../api/routes/batches/resume.ts';
import type { retryBatch } from '../../api/routes/batches/retry.ts';
import type { listCasesRoute } from '../../api/routes/cases/list.ts';
import type { getCheckPermissions } from '../../api/routes/keys/check-permissions.ts';
import type { listEntries } from '../../api/routes/ledger/entries.ts';
import type { cancelPaymentRoute } from '../../api/routes/payments/cancel.ts';
import type { getPayment } from '../../api/routes/payments/get.ts';
import type { listPaymentsRoute } from '../../api/routes/payments/list.ts';
import type { retryPayment } from '../../api/routes/payments/retry.ts';
import type { explainPayment } from '../../api/routes/payments/why.ts';
import type { getHealth } from '../../api/routes/service/health.ts';

/** The routes that the console calls, by the groups that its clients are made for. */
export type AuthRoutes =
  | typeof acceptInvite
  | typeof getSession
  | typeof signIn
  | typeof signInSecondFactor
  | typeof signOut
  | typeof stepUp
  | typeof getCheckPermissions;

export type BatchRoutes =
  | typeof previewRoute
  | typeof createBatchRoute
  | typeof listBatchesRoute
  | typeof getBatch
  | typeof listPaymentsOfBatch
  | typeof listExclusions
  | typeof deleteBatchRoute
  | typeof executeBatch
  | typeof cancelBatchRoute
  | typeof retryBatch
  | typeof pauseBatch
  | typeof resumeBatch
  | typeof batchApprovals
  | typeof approveBatch
  | typeof rejectBatch;

export type PaymentRoutes =
  | typeof listPaymentsRoute
  | typeof getPayment
  | typeof explainPayment
  | typeof retryPayment
  | typeof cancelPaymentRoute;

export type PayeeRoutes = typeof listPayable;

export type ServiceRoutes = typeof getHealth | typeof listCasesRoute | typeof listEntries;
