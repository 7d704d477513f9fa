/** One mail to one address, ready to be sent. */
export interface MailMessage {
  /** Ours, `mai_…`: the Message-ID is made of it, so that repetitions can be told as such. */
  id: string;
  /** One address, checked by `isMailAddress`. */
  to: string;
  /** One line. */
  subject: string;
  /** Plain text. */
  text: string;
}

/**
 * What came of sending: taken; surely not taken, for ever or for now; or nobody can tell, so that sending
 * it again might be a second mail. Reasons hold no address and no secret.
 */
export type MailResult =
  | { kind: 'accepted' }
  | { kind: 'refused'; permanent: boolean; reason: string }
  | { kind: 'unknown'; reason: string };

/** Sends mails. */
export interface Mailer {
  /** Never throws, and answers within five minutes. */
  send(message: MailMessage): Promise<MailResult>;
  /** Ends idle connections; mails under way are not waited for. */
  close(): Promise<void>;
}
