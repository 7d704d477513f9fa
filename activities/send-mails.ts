import { setTimeout as sleep } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import {
  claimMails,
  nextMailMs,
  recordMail,
  type ClaimedMail,
  type MailVerdict,
} from '../db/queries/send-mails.ts';
import { isMailAddress } from '../domain/mail/address.ts';
import { mailWaitMs } from '../domain/mail/wait.ts';
import { writeMail } from '../domain/mail/write.ts';
import type { Mailer, MailResult } from '../providers/mail/port.ts';
import { beating } from './beating.ts';
import type { Deps } from './deps.ts';
import { newsOf } from './mail-news.ts';

export interface MailDeps extends Pick<Deps, 'db' | 'providers'> {
  /** Null where payees are not written to. */
  mailer: Mailer | null;
}

/** After how long the next mail is due; null where none waits. */
export interface MailsSent {
  nextMs: number | null;
}

/** How one run of the activity works. */
export interface MailPace {
  /** All that is claimed is sent at once, so that a worker that dies leaves few in doubt. */
  atOnce: number;
  /** After the last mail it still looks for so long. */
  lingerMs: number;
  lookEveryMs: number;
  runMaxMs: number;
}

const PACE: MailPace = { atOnce: 8, lingerMs: 10_000, lookEveryMs: 500, runMaxMs: 300_000 };

/**
 * Sends the due mails, and those that come meanwhile. A mail is claimed, sent and recorded; one of which
 * nobody can tell whether it was sent is not sent a second time. Safe to repeat.
 */
export const makeSendMails = ({ db, providers, mailer }: MailDeps, pace: MailPace = PACE) =>
  async function sendMails(): Promise<MailsSent> {
    if (!mailer) return { nextMs: null };
    const { cancellationSignal: cancelled } = Context.current();
    await beating(
      () => null,
      async () => {
        const endsAtMs = performance.now() + pace.runMaxMs;
        let quietSinceMs = performance.now();
        while (!cancelled.aborted && performance.now() < endsAtMs) {
          const mails = await claimMails(db, pace.atOnce);
          await allOf(mails.map(async (mail) => recordMail(db, mail, await sendOne(mail))));
          if (mails.length > 0) quietSinceMs = performance.now();
          else if (performance.now() - quietSinceMs >= pace.lingerMs) break;
          else await sleep(pace.lookEveryMs);
        }
      },
    );
    return { nextMs: await nextMailMs(db) };

    async function sendOne(mail: ClaimedMail): Promise<MailVerdict> {
      if (!mailer) throw new Error('there is no mailer');
      const to = mail.email.trim();
      if (!isMailAddress(to)) return { is: 'failed', error: 'the payee has no valid address' };
      const written = textOf(mail);
      if (!written) return { is: 'failed', error: 'the mail cannot be written from its data' };
      return verdictOn(await mailer.send({ id: mail.id, to, ...written }), mail.tries);
    }

    function textOf(mail: ClaimedMail) {
      try {
        return writeMail({
          name: mail.full_name,
          language: mail.language,
          paymentId: mail.payment_id,
          news: newsOf(mail, providers),
        });
      } catch {
        return null;
      }
    }
  };

/** Waits for all of them, then tells of the first that failed. */
async function allOf(work: readonly Promise<void>[]): Promise<void> {
  const ends = await Promise.allSettled(work);
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
}

function verdictOn(result: MailResult, tries: number): MailVerdict {
  switch (result.kind) {
    case 'accepted':
      return { is: 'sent' };
    case 'unknown':
      return { is: 'unknown', error: result.reason };
    case 'refused': {
      const waitMs = result.permanent ? null : mailWaitMs(tries);
      return waitMs === null
        ? { is: 'failed', error: result.reason }
        : { is: 'again', waitMs, error: result.reason };
    }
  }
}
