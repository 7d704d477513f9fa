import { Command } from 'commander';
import { addAlert } from './commands/alert.ts';
import { addApprovalRule } from './commands/approval-rule.ts';
import { addAudit } from './commands/audit.ts';
import { addBackfill } from './commands/backfill.ts';
import { addBatch } from './commands/batch.ts';
import { addCase } from './commands/case.ts';
import { addCompletion } from './commands/completion.ts';
import { addCommission } from './commands/commission.ts';
import { addConversion } from './commands/conversion.ts';
import { addDebt } from './commands/debt.ts';
import { addDemo } from './commands/demo.ts';
import { addDev } from './commands/dev.ts';
import { addDoctor } from './commands/doctor.ts';
import { addEndpoint } from './commands/endpoint.ts';
import { addExport } from './commands/export.ts';
import { addHold } from './commands/hold.ts';
import { addImport } from './commands/import.ts';
import { addAllowList } from './commands/allow-list.ts';
import { addKey } from './commands/key.ts';
import { addLedger } from './commands/ledger.ts';
import { addMail } from './commands/mail.ts';
import { addMigrate } from './commands/migrate.ts';
import { addPay } from './commands/pay.ts';
import { addPayables } from './commands/payables.ts';
import { addPayment } from './commands/payment.ts';
import { addPolicy, addRate } from './commands/policy.ts';
import { addProgramme } from './commands/programme.ts';
import { addReconcile } from './commands/reconcile.ts';
import { addReport } from './commands/report.ts';
import { addRevenue } from './commands/revenue.ts';
import { addRole } from './commands/role.ts';
import { addRisk } from './commands/risk.ts';
import { addRule } from './commands/rule.ts';
import { addSchedule } from './commands/schedule.ts';
import { addSignIn } from './commands/sign-in.ts';
import { addSimulate } from './commands/simulate.ts';
import { addStatement } from './commands/statement.ts';
import { addStatus } from './commands/status.ts';
import { addUser } from './commands/user.ts';
import { addVerify } from './commands/verify.ts';
import { addWebhook } from './commands/webhook.ts';
import { version } from './project.ts';

const OVERVIEW = `Bursar pays many people correctly: what is payable becomes a batch, the batch is paid by a provider,
and every cent is in the books.

Start:    npm start                  a whole run from payable commissions to paid ones
          npm run dev                Postgres, Temporal, simulator, workers and API, until Ctrl-C

Look:     bursar status              where everything answers
          bursar payables            who can be paid, and who cannot and why
          bursar batch list          what was paid

Pay:      bursar import commissions FILE
          bursar batch preview
          bursar batch create
          bursar batch execute ID --wait

Check:    bursar payment why ID      why somebody was not paid
          bursar verify              whether the books are right

All:      bursar --help              in a clone: npm run bursar -- --help`;

const EXITS = `
Exit codes: 0 ok, 1 failed, 2 wrong usage, 3 an approval is missing, 4 completed with failed payments.
The API is found by --url and --key, else BURSAR_URL and BURSAR_API_KEY, else the stack that runs here.`;

/** The whole command, ready to parse. */
export function makeProgram(): Command {
  const program = new Command('bursar')
    .description('Pays many people correctly.')
    .version(version(), '-V, --version', 'print the version')
    .option('--json', 'only one JSON document on stdout; amounts are integers in minor units')
    .option('--url <url>', 'the API to talk to')
    .option('--key <key>', 'the API key to use')
    .option('--data <dir>', 'the data folder of the stack that is meant (.bursar in the project)')
    .option('--no-color', 'no colours; NO_COLOR does the same')
    .helpOption('-h, --help', 'show help')
    .showHelpAfterError('(--help shows how it is used)')
    .addHelpText('after', EXITS)
    .exitOverride()
    .action(() => {
      process.stdout.write(`${OVERVIEW}\n`);
    });
  for (const add of [
    addDev,
    addStatus,
    addDoctor,
    addDemo,
    addImport,
    addPayables,
    addBatch,
    addPayment,
    addPay,
    addConversion,
    addCommission,
    addCase,
    addAlert,
    addHold,
    addDebt,
    addReconcile,
    addProgramme,
    addRisk,
    addRule,
    addSchedule,
    addBackfill,
    addRevenue,
    addWebhook,
    addEndpoint,
    addMail,
    addAudit,
    addLedger,
    addReport,
    addExport,
    addStatement,
    addKey,
    addUser,
    addSignIn,
    addRole,
    addAllowList,
    addApprovalRule,
    addPolicy,
    addRate,
    addMigrate,
    addVerify,
    addSimulate,
    addCompletion,
  ]) {
    add(program);
  }
  return program;
}
