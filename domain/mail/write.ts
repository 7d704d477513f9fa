import { mailLanguage, type MailLanguage } from './language.ts';
import type { MailAmount, MailNews } from './news.ts';
import { remedyIn } from './remedies.ts';
import { GERMAN } from './texts-de.ts';
import { ENGLISH } from './texts-en.ts';
import type { MailTexts } from './texts.ts';
import { mailAmount, mailDay, oneLine } from './words.ts';

/** Who a mail is for and what it tells. */
export interface MailInput {
  name: string;
  /** The payee's language, by any tag; English where there are no texts in it. */
  language: string;
  /** Null where it is about no payment. */
  paymentId: string | null;
  news: MailNews;
}

/** A mail as it is sent: plain text. The subject is one line whatever it was made of. */
export interface WrittenMail {
  subject: string;
  text: string;
}

const TEXTS: Readonly<Record<MailLanguage, MailTexts>> = { en: ENGLISH, de: GERMAN };
const NAME_MAX = 80;

/**
 * Writes a mail. Names and remedies are put in as one plain line each, nothing in them is interpreted.
 * Throws `RangeError` for an unknown currency.
 */
export function writeMail({ name, language: tag, paymentId, news }: MailInput): WrittenMail {
  const language = mailLanguage(tag);
  const texts = TEXTS[language];
  const { subject, paragraphs } = tell(news, texts, language);
  const parts = [
    texts.greeting(oneLine(name, NAME_MAX)),
    ...paragraphs,
    ...(paymentId === null ? [] : [texts.reference(oneLine(paymentId, NAME_MAX))]),
    texts.closing,
  ];
  return { subject: oneLine(subject, 200), text: `${parts.join('\n\n')}\n` };
}

function tell(
  news: MailNews,
  texts: MailTexts,
  language: MailLanguage,
): { subject: string; paragraphs: string[] } {
  const money = ({ amountMinor, currency }: MailAmount) =>
    mailAmount(amountMinor, currency, language);
  switch (news.event) {
    case 'scheduled': {
      const amount = money(news.amount);
      const day = news.scheduledFor && mailDay(news.scheduledFor, language);
      return {
        subject: texts.scheduledSubject(amount, day),
        paragraphs: [texts.scheduled(amount, day)],
      };
    }
    case 'paid': {
      const amount = money(news.amount);
      return { subject: texts.paidSubject(amount), paragraphs: [texts.paid(amount)] };
    }
    case 'failed': {
      const amount = money(news.amount);
      const remedy = oneLine(remedyIn(news.remedy, language), 400);
      return {
        subject: texts.failedSubject(amount),
        paragraphs: [texts.failed[news.kind](amount), `${texts.whatToDo} ${remedy}`],
      };
    }
    case 'action_needed':
      return {
        subject: texts.askSubject,
        paragraphs: [
          texts.ask[news.code],
          ...(news.amount ? [texts.waiting(money(news.amount))] : []),
        ],
      };
  }
}
