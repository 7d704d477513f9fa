import type { MailTexts } from './texts.ts';

/** The mails in English. */
export const ENGLISH: MailTexts = {
  greeting: (name) => (name === '' ? 'Hello,' : `Hello ${name},`),
  scheduledSubject: (amount, day) =>
    `Your payout of ${amount} is ${day === null ? 'on its way' : `planned for ${day}`}`,
  scheduled: (amount, day) =>
    day === null
      ? `a payout of ${amount} to you is on its way. We write again when it has been paid.`
      : `a payout of ${amount} to you is planned for ${day} (UTC). We write again when it has been paid.`,
  paidSubject: (amount) => `Your payout of ${amount} has been paid`,
  paid: (amount) =>
    `your payout of ${amount} has been paid. It may take some days until your bank shows it.`,
  failedSubject: (amount) => `Your payout of ${amount} did not arrive`,
  failed: {
    failed: (amount) => `your payout of ${amount} could not be paid.`,
    cancelled: (amount) =>
      `your payout of ${amount} could not be sent, although it was tried several times. The amount stays yours and is paid another time.`,
    returned: (amount) => `your payout of ${amount} was paid and came back.`,
  },
  whatToDo: 'What you can do:',
  askSubject: 'We need something from you before we can pay you',
  ask: {
    no_account:
      'we have no account of yours that we can pay to. Please give your account details, or complete them.',
    kyc_pending:
      'your payout account has not been verified yet. Please finish its verification; where you have done so, nothing is left to do.',
    kyc_rejected:
      'the verification of your payout account was refused. Please check what you gave, and contact the sender of your payouts.',
    account_changed:
      'your payout account was changed after a payout to you had been prepared. Please check your account details. If you did not change them, tell the sender of your payouts at once.',
  },
  waiting: (amount) => `A payout of ${amount} waits for this.`,
  reference: (paymentId) => `Reference: ${paymentId}`,
  closing: 'This mail was written automatically. It never asks you for passwords or codes.',
};
