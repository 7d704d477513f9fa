import type { MailLanguage } from './language.ts';

/** What a payee is told where nothing better is known. */
export const CONTACT_THE_SENDER = 'Contact the sender.';

/** The remedies of the tables of failures, in German. */
const GERMAN: Readonly<Record<string, string>> = {
  'Contact the sender.': 'Wenden Sie sich an den Absender der Zahlung.',
  'Check the account details and correct them.':
    'Prüfen Sie Ihre Kontodaten und berichtigen Sie sie.',
  'Check the account details.': 'Prüfen Sie Ihre Kontodaten.',
  'Check the account number and correct it.':
    'Prüfen Sie Ihre Kontonummer und berichtigen Sie sie.',
  'Check that your account is active and takes this currency.':
    'Prüfen Sie, ob Ihr Konto aktiv ist und diese Währung annimmt.',
  'Contact your bank, or give another account.':
    'Wenden Sie sich an Ihre Bank oder geben Sie ein anderes Konto an.',
  'Give an account at another bank or wallet.':
    'Geben Sie ein Konto bei einer anderen Bank oder Wallet an.',
  'Give the name of the account holder exactly as your bank has it.':
    'Geben Sie den Namen der Kontoinhaberin oder des Kontoinhabers genau so an, wie ihn Ihre Bank führt.',
  'Your account cannot take this amount; raise its limit or give another account.':
    'Ihr Konto kann diesen Betrag nicht annehmen; erhöhen Sie sein Limit oder geben Sie ein anderes Konto an.',
  'Your bank sent the money back; check the account details.':
    'Ihre Bank hat das Geld zurückgesandt; prüfen Sie Ihre Kontodaten.',
  'Contact the sender; the payment did not pass a check.':
    'Wenden Sie sich an den Absender; die Zahlung hat eine Prüfung nicht bestanden.',
  'Contact the sender; the transfer was called back.':
    'Wenden Sie sich an den Absender; die Überweisung wurde zurückgerufen.',
  'Contact the sender; the payout was called back.':
    'Wenden Sie sich an den Absender; die Auszahlung wurde zurückgerufen.',
  'The time to collect the money has passed; ask the sender to pay again.':
    'Die Frist zum Abholen des Geldes ist abgelaufen; bitten Sie den Absender, noch einmal zu zahlen.',
  'Accept the invitation to Rise, or tell the sender your user id there.':
    'Nehmen Sie die Einladung zu Rise an oder nennen Sie dem Absender Ihre dortige Benutzerkennung.',
  'Connect your Stripe account again.': 'Verbinden Sie Ihr Stripe-Konto neu.',
  'Open your Stripe account and give what it asks for.':
    'Öffnen Sie Ihr Stripe-Konto und ergänzen Sie, wonach es fragt.',
  'Contact your bank, or give another bank account in your Stripe account.':
    'Wenden Sie sich an Ihre Bank oder geben Sie in Ihrem Stripe-Konto ein anderes Bankkonto an.',
  'Verify the bank account in your Stripe account.':
    'Bestätigen Sie das Bankkonto in Ihrem Stripe-Konto.',
  'Check the bank details in your Stripe account and correct them.':
    'Prüfen Sie die Bankdaten in Ihrem Stripe-Konto und berichtigen Sie sie.',
  'Add a bank account in this currency to your Stripe account.':
    'Fügen Sie Ihrem Stripe-Konto ein Bankkonto in dieser Währung hinzu.',
  'Give your new bank account in your Stripe account.':
    'Geben Sie Ihr neues Bankkonto in Ihrem Stripe-Konto an.',
  'Give a bank account, or another card, in your Stripe account.':
    'Geben Sie in Ihrem Stripe-Konto ein Bankkonto oder eine andere Karte an.',
  'Nothing to do; it is tried again.':
    'Sie müssen nichts tun; die Zahlung wird noch einmal versucht.',
  'Nothing to do; it is tried again within hours.':
    'Sie müssen nichts tun; die Zahlung wird in den nächsten Stunden noch einmal versucht.',
  'Nothing to do; it is tried again tomorrow.':
    'Sie müssen nichts tun; die Zahlung wird morgen noch einmal versucht.',
  'Nothing to do; the sender provides the money.':
    'Sie müssen nichts tun; der Absender stellt das Geld bereit.',
  'Nothing to do; the sender mends it.': 'Sie müssen nichts tun; der Absender behebt den Fehler.',
  'Nothing to do; the sender corrects the amount.':
    'Sie müssen nichts tun; der Absender berichtigt den Betrag.',
  'Nothing to do; the sender splits or collects the amount.':
    'Sie müssen nichts tun; der Absender teilt den Betrag auf oder sammelt ihn an.',
  'Nothing to do; the sender decides whether to pay again.':
    'Sie müssen nichts tun; der Absender entscheidet, ob noch einmal gezahlt wird.',
};

/** True where the remedy can be told in that language. */
export const hasRemedy = (remedy: string, language: MailLanguage): boolean =>
  language === 'en' || Object.hasOwn(GERMAN, remedy);

/**
 * A remedy of the tables of failures in the payee's language. One that a described provider brings along
 * is known in the language of its description alone: in German it is the general one.
 */
export function remedyIn(remedy: string, language: MailLanguage): string {
  if (language === 'en') return remedy;
  return (
    (Object.hasOwn(GERMAN, remedy) ? GERMAN[remedy] : GERMAN[CONTACT_THE_SENDER]) ??
    CONTACT_THE_SENDER
  );
}
