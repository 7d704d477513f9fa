import type { Logger } from 'pino';
import { readChannel } from '../../domain/alerts/channel.ts';
import { noticeMail } from '../../domain/alerts/words.ts';
import { mailWaitMs } from '../../domain/mail/wait.ts';
import type { Mailer } from '../../providers/mail/port.ts';
import type { Db } from '../client.ts';
import {
  claimNotices,
  handToEndpoint,
  noticeMailId,
  recordNotice,
  textOf,
  type DueNotice,
  type NoticeVerdict,
} from '../queries/alert-notices.ts';

/** What notices are sent with. */
export interface NoticeTools {
  db: Db;
  log: Logger;
  /** Null where this process sends no mails: it leaves them to the others. */
  mailer: Mailer | null;
}

const AT_ONCE = 8;
/** Then the next pass goes on. */
const ROUNDS_MAX = 50;

/** Writes due notices to the log, and hands them to endpoints. Safe to repeat, and in several processes. */
export const sendPlainNotices = (tools: NoticeTools): Promise<void> =>
  sendWhileDue(tools, false, async (notice) => {
    const channel = readChannel(notice.channel);
    if (channel?.kind === 'endpoint') {
      await handToEndpoint(tools.db, notice, channel.endpointId);
      return null;
    }
    if (channel?.kind !== 'log')
      return { is: 'given_up', error: 'this version knows no such channel' };
    writeLine(tools.log, notice);
    return { is: 'sent' };
  });

/**
 * Mails due notices. One of which nobody can tell whether it was sent is sent again: a second mail with
 * the same id is better than an alert that nobody hears of.
 */
export async function sendMailedNotices(tools: NoticeTools): Promise<void> {
  const { mailer } = tools;
  if (!mailer) return;
  await sendWhileDue(tools, true, async (notice) => {
    const channel = readChannel(notice.channel);
    if (channel?.kind !== 'mail') return { is: 'given_up', error: 'there is no valid address' };
    const message = {
      id: noticeMailId(notice),
      to: channel.address,
      ...noticeMail(textOf(notice)),
    };
    const result = await mailer.send(message);
    if (result.kind === 'accepted') return { is: 'sent' };
    const permanent = result.kind === 'refused' && result.permanent;
    const waitMs = permanent ? null : mailWaitMs(notice.tries);
    return waitMs === null
      ? { is: 'given_up', error: result.reason }
      : { is: 'again', waitMs, error: result.reason };
  });
}

/** `send` answers null where it has recorded what became of the notice. */
async function sendWhileDue(
  { db, log }: NoticeTools,
  mails: boolean,
  send: (notice: DueNotice) => Promise<NoticeVerdict | null>,
): Promise<void> {
  const sendOne = async (notice: DueNotice): Promise<void> => {
    const verdict = await send(notice);
    if (verdict) await recordNotice(db, notice, verdict);
  };
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const notices = await claimNotices(db, { mails, limit: AT_ONCE });
    const ends = await Promise.allSettled(notices.map(sendOne));
    for (const [place, end] of ends.entries()) {
      if (end.status === 'fulfilled') continue;
      // Its claim runs out, and it is due again.
      log.warn(
        { err: end.reason, noticeId: notices[place]?.id },
        'a notice of an alert was not sent',
      );
    }
    if (notices.length < AT_ONCE) return;
  }
}

const LEVELS = { info: 'info', warning: 'warn', critical: 'error' } as const;

function writeLine(log: Logger, notice: DueNotice): void {
  const { word, severity, measure, subject, summary, value, since } = notice;
  const level = word === 'firing' || word === 'again' ? LEVELS[severity] : 'info';
  log[level](
    {
      alert: word,
      alertId: notice.alert_id,
      noticeId: notice.id,
      ruleId: notice.rule_id,
      rule: notice.rule,
      measure,
      subject,
      severity,
      value,
      since: since.toISOString(),
    },
    word === 'resolved' ? `over: ${summary}` : summary,
  );
}
