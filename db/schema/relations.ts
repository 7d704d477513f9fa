import { relations } from 'drizzle-orm';
import { accounts } from './accounts.ts';
import { attempts } from './attempts.ts';
import { auditLogs } from './audit-logs.ts';
import { batches } from './batches.ts';
import { commissions } from './commissions.ts';
import { payables } from './payables.ts';
import { payees } from './payees.ts';
import { payments } from './payments.ts';

// All in one file: tables that point at each other would otherwise import each other in circles.

export const accountRelations = relations(accounts, ({ one }) => ({
  payee: one(payees, { fields: [accounts.payeeId], references: [payees.id] }),
}));

export const auditLogRelations = relations(auditLogs, ({ one }) => ({
  batch: one(batches, { fields: [auditLogs.batchId], references: [batches.id] }),
  payment: one(payments, { fields: [auditLogs.paymentId], references: [payments.id] }),
}));

export const attemptRelations = relations(attempts, ({ one }) => ({
  payment: one(payments, { fields: [attempts.paymentId], references: [payments.id] }),
}));

export const batchRelations = relations(batches, ({ many }) => ({
  payments: many(payments),
  auditLogs: many(auditLogs),
}));

export const commissionRelations = relations(commissions, ({ one }) => ({
  payee: one(payees, { fields: [commissions.payeeId], references: [payees.id] }),
  payable: one(payables, { fields: [commissions.payableId], references: [payables.id] }),
}));

export const payableRelations = relations(payables, ({ one, many }) => ({
  payee: one(payees, { fields: [payables.payeeId], references: [payees.id] }),
  payment: one(payments, { fields: [payables.paymentId], references: [payments.id] }),
  commissions: many(commissions),
}));

export const payeeRelations = relations(payees, ({ many }) => ({
  accounts: many(accounts),
  commissions: many(commissions),
}));

export const paymentRelations = relations(payments, ({ one, many }) => ({
  batch: one(batches, { fields: [payments.batchId], references: [batches.id] }),
  payee: one(payees, { fields: [payments.payeeId], references: [payees.id] }),
  account: one(accounts, { fields: [payments.accountId], references: [accounts.id] }),
  attempts: many(attempts),
  payables: many(payables),
  auditLogs: many(auditLogs),
}));
