import { Option, type Command } from 'commander';
import { mailPage, oneMail } from '../answers/mails.ts';
import { moreText, withPaging, type Paging } from '../options.ts';
import { mailTable } from '../output/render-mail.ts';
import { handle } from '../session.ts';

/** `bursar mail`: what payees are told. */
export function addMail(program: Command): void {
  const mails = program.command('mail').description('mails to payees, and whether they were sent');
  addList(mails);
  addRetry(mails);
}

const PATH = '/api/disbursement/mails';
const STATES = ['pending', 'sending', 'sent', 'failed', 'unknown'];
const EVENTS = ['scheduled', 'paid', 'failed', 'action_needed'];

interface Filter extends Paging {
  readonly affiliate?: string;
  readonly status?: string;
  readonly event?: string;
}

function addList(mails: Command): void {
  const command = withPaging(mails.command('list').description('mails, newest first'))
    .addOption(new Option('--status <state>', 'only these').choices(STATES))
    .addOption(new Option('--event <event>', 'only about this').choices(EVENTS))
    .option('--affiliate <id>', 'only those to this payee');
  handle<Filter>(
    command,
    ['bursar mail list --status failed', 'bursar mail list --affiliate aff_… --json'],
    async ({ out, client }, { affiliate, status, ...query }) => {
      const answer = await client().get(mailPage, PATH, {
        query: { ...query, affiliateId: affiliate, status: status?.toUpperCase() },
      });
      out.result(answer, () => mailTable(answer.mails, out.style) + moreText(answer.nextCursor));
    },
  );
}

function addRetry(mails: Command): void {
  const command = mails
    .command('retry')
    .description('send a mail again that failed or is in doubt')
    .argument('<id>', 'the mail');
  handle(command, ['bursar mail retry mai_…'], async ({ out, client }, _options, [id = '']) => {
    const path = `${PATH}/${encodeURIComponent(id)}/retry`;
    const answer = await client().post(oneMail, path, { body: {} });
    out.result(answer, () => `It is sent again to ${answer.mail.address} within a minute.`);
  });
}
