import type { AskCode, FailureKind } from './news.ts';

/** The sentences of one language; what they are given is ready for people, one line each. */
export interface MailTexts {
  greeting(name: string): string;
  /** `day` is null where it is under way at once. */
  scheduledSubject(amount: string, day: string | null): string;
  scheduled(amount: string, day: string | null): string;
  paidSubject(amount: string): string;
  paid(amount: string): string;
  failedSubject(amount: string): string;
  failed: Readonly<Record<FailureKind, (amount: string) => string>>;
  /** Above what the payee can do. */
  whatToDo: string;
  askSubject: string;
  ask: Readonly<Record<AskCode, string>>;
  /** About the payment that waits for it. */
  waiting(amount: string): string;
  reference(paymentId: string): string;
  closing: string;
}
