import type { MailTexts } from './texts.ts';

/** The mails in German. */
export const GERMAN: MailTexts = {
  greeting: (name) => (name === '' ? 'Guten Tag,' : `Guten Tag ${name},`),
  scheduledSubject: (amount, day) =>
    `Ihre Auszahlung über ${amount} ist ${day === null ? 'unterwegs' : `für den ${day} vorgesehen`}`,
  scheduled: (amount, day) =>
    day === null
      ? `eine Auszahlung über ${amount} an Sie ist unterwegs. Wir schreiben Ihnen, sobald sie bezahlt ist.`
      : `eine Auszahlung über ${amount} an Sie ist für den ${day} (UTC) vorgesehen. Wir schreiben Ihnen, sobald sie bezahlt ist.`,
  paidSubject: (amount) => `Ihre Auszahlung über ${amount} ist bezahlt`,
  paid: (amount) =>
    `Ihre Auszahlung über ${amount} ist bezahlt. Bis Ihre Bank sie anzeigt, können einige Tage vergehen.`,
  failedSubject: (amount) => `Ihre Auszahlung über ${amount} ist nicht angekommen`,
  failed: {
    failed: (amount) => `Ihre Auszahlung über ${amount} konnte nicht bezahlt werden.`,
    cancelled: (amount) =>
      `Ihre Auszahlung über ${amount} konnte trotz mehrerer Versuche nicht gesendet werden. Der Betrag bleibt Ihnen und wird ein anderes Mal ausgezahlt.`,
    returned: (amount) => `Ihre Auszahlung über ${amount} war bezahlt und kam zurück.`,
  },
  whatToDo: 'Was Sie tun können:',
  askSubject: 'Wir brauchen etwas von Ihnen, bevor wir Sie auszahlen können',
  ask: {
    no_account:
      'uns fehlt ein Konto von Ihnen, auf das wir auszahlen können. Bitte geben Sie Ihre Kontodaten an oder vervollständigen Sie sie.',
    kyc_pending:
      'Ihr Auszahlungskonto ist noch nicht überprüft. Bitte schließen Sie die Überprüfung ab; haben Sie das schon getan, ist nichts weiter nötig.',
    kyc_rejected:
      'die Überprüfung Ihres Auszahlungskontos wurde abgelehnt. Bitte prüfen Sie Ihre Angaben und wenden Sie sich an den Absender Ihrer Auszahlungen.',
    account_changed:
      'Ihr Auszahlungskonto wurde geändert, nachdem eine Auszahlung an Sie vorbereitet war. Bitte prüfen Sie Ihre Kontodaten. Haben Sie sie nicht selbst geändert, sagen Sie es sofort dem Absender Ihrer Auszahlungen.',
  },
  waiting: (amount) => `Eine Auszahlung über ${amount} wartet darauf.`,
  reference: (paymentId) => `Referenz: ${paymentId}`,
  closing:
    'Diese Mail wurde automatisch geschrieben. Sie fragt Sie niemals nach Passwörtern oder Codes.',
};
