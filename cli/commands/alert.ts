import { Option, type Command } from 'commander';
import { ALERT_SEVERITIES, ALERT_STATES } from '../../domain/alerts/measures.ts';
import { alertPage, oneAlert, toldAlert } from '../answers/alerts.ts';
import { moreText, withPaging, type Paging } from '../options.ts';
import { alertCard, alertTable } from '../output/render-alert.ts';
import { handle } from '../session.ts';

/** `bursar alert`: what Bursar found wrong with itself. */
export function addAlert(program: Command): void {
  const alerts = program
    .command('alert')
    .description('what the alert rules found, and who sees to it');
  addList(alerts);
  addShow(alerts);
  addAcknowledge(alerts);
}

const PATH = '/api/disbursement/alerts';

interface Filter extends Paging {
  readonly status?: string;
  readonly severity?: string;
  readonly rule?: string;
}

function addList(alerts: Command): void {
  const command = withPaging(alerts.command('list').description('alerts, newest first'))
    .addOption(
      new Option('--status <state>', 'only these').choices(
        ALERT_STATES.map((state) => state.toLowerCase()),
      ),
    )
    .addOption(new Option('--severity <severity>', 'only these').choices(ALERT_SEVERITIES))
    .option('--rule <id>', 'only those of this rule');
  handle<Filter>(
    command,
    ['bursar alert list --status firing', 'bursar alert list --severity critical --json'],
    async ({ out, client }, { status, rule, ...query }) => {
      const answer = await client().get(alertPage, PATH, {
        query: { ...query, status: status?.toUpperCase(), ruleId: rule },
      });
      out.result(answer, () => alertTable(answer.alerts, out.style) + moreText(answer.nextCursor));
    },
  );
}

function addShow(alerts: Command): void {
  handle(
    alerts
      .command('show')
      .description('one alert, and whom it was told')
      .argument('<id>', 'the alert'),
    ['bursar alert show alt_…'],
    async ({ out, client }, _options, [id = '']) => {
      const answer = await client().get(toldAlert, `${PATH}/${encodeURIComponent(id)}`);
      out.result(answer, () => alertCard(answer, out.style));
    },
  );
}

function addAcknowledge(alerts: Command): void {
  const command = alerts
    .command('ack')
    .description('say that you see to it: it is not told again while it lasts')
    .argument('<id>', 'the alert')
    .option('--note <text>', 'what you know of it');
  handle<{ readonly note?: string }>(
    command,
    ['bursar alert ack alt_… --note "the provider is down, ticket 4711"'],
    async ({ out, client }, { note }, [id = '']) => {
      const path = `${PATH}/${encodeURIComponent(id)}/acknowledge`;
      const answer = await client().post(oneAlert, path, {
        body: { ...(note !== undefined && { note }) },
      });
      out.result(answer, () => alertCard(answer, out.style));
    },
  );
}
