/** The languages that payees are written to in. */
export const MAIL_LANGUAGES = ['en', 'de'] as const;
export type MailLanguage = (typeof MAIL_LANGUAGES)[number];

/** The language for a payee's own word for it: `de-AT` is German, all that is not there is English. */
export function mailLanguage(tag: string): MailLanguage {
  const primary = tag.trim().toLowerCase().split(/[-_]/)[0];
  return MAIL_LANGUAGES.find((language) => language === primary) ?? 'en';
}
