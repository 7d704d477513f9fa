import { z } from 'zod';
import { CliError } from './errors.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';

const problemSchema = z.looseObject({
  error: z.looseObject({
    code: z.string(),
    message: z.string(),
    details: z.array(z.looseObject({ path: z.string(), reason: z.string() })).optional(),
    requestId: z.string().optional(),
  }),
});

const DETAILS_SHOWN = 10;

/** The command for what an id names, by its prefix. */
const COMMANDS: Readonly<Record<string, string>> = {
  bat: 'batch',
  pay: 'payment',
  cas: 'case',
  alt: 'alert',
  rec: 'reconcile',
  hld: 'hold',
  cnv: 'conversion',
  rul: 'rule',
  sch: 'schedule',
  mai: 'mail',
};
const NAMED_ID = new RegExp(String.raw`\b(?:${Object.keys(COMMANDS).join('|')})_[0-9a-f]{32}\b`);

/** What to do next, by the code of the API's error; `ID` is what the call was about, such as a batch. */
const NEXT: Readonly<Record<string, (id: string) => string[]>> = {
  unauthorized: () => [
    'Give a working key with --key or BURSAR_API_KEY, or sign in: bursar sign-in',
    'bursar status',
  ],
  step_up_required: () => ['bursar step-up', 'Then run the same command again.'],
  second_factor_required: () => ['bursar sign-in --code CODE', 'bursar step-up --code CODE'],
  forbidden: () => ['Use the key of a role that may do this: bursar key list'],
  not_found: (id) => {
    const command = COMMANDS[id.slice(0, 3)];
    return command === undefined || command === 'batch'
      ? ['bursar batch list', 'bursar payables']
      : [`bursar ${command} list`];
  },
  payload_too_large: () => ['Send it in parts.'],
  no_payable_affiliates: () => ['bursar payables', 'bursar batch preview'],
  not_payable: () => ['bursar payables'],
  preview_stale: () => ['bursar batch preview'],
  invalid_state: (id) => [lookAt(id)],
  approval_required: (id) => [
    `bursar batch approvals ${id}   (who is missing)`,
    `bursar batch approve ${id}   (signed in as one of them)`,
  ],
  own_batch: (id) => [`bursar batch approvals ${id}   (who may)`],
  approver_not_person: (id) => [`bursar sign-in`, `bursar batch approve ${id}`],
  not_your_turn: (id) => [`bursar batch approvals ${id}   (who comes first)`],
  own_role: () => ['bursar role list --role admin   (who else may)'],
  role_too_high: () => ['bursar role list --role super_admin   (who may)'],
  last_super_admin: () => ['bursar role list --role super_admin', 'bursar user create --help'],
  content_changed: (id) => [lookAt(id)],
  already_reissued: (id) => [lookAt(id)],
  nothing_to_retry: (id) => [lookAt(id)],
  idempotency_mismatch: () => ['Leave --idempotency-key out, and a new one is made.'],
  idempotency_in_progress: () => ['Run the same command again in a moment.'],
  external_id_conflict: () => ['Give it another external id, or the content that stands.'],
  rate_limited: () => ['Run the same command again in a moment.'],
  unavailable: () => ['bursar status', 'Run the same command again; that is safe.'],
  server_error: () => ["Look the request id up in the API's log (.bursar/logs/api.log)."],
};

function lookAt(id: string): string {
  if (id.startsWith('pay_')) return `bursar payment why ${id}`;
  if (id.startsWith('hld_')) return 'bursar hold list --all';
  if (id.startsWith('mai_')) return 'bursar mail list';
  return id === '' ? 'bursar batch list' : `bursar ${COMMANDS[id.slice(0, 3)]} show ${id}`;
}

const EXIT_BY_CODE: Readonly<Record<string, ExitCode>> = {
  approval_required: EXIT.needsApproval,
  own_batch: EXIT.needsApproval,
  approver_not_person: EXIT.needsApproval,
  not_your_turn: EXIT.needsApproval,
  validation_error: EXIT.usage,
};

/** The error for an answer that is not 2xx. `path` is the one that was called. */
export function errorOfAnswer(status: number, body: string, path: string): CliError {
  const problem = problemSchema.safeParse(jsonOf(body));
  if (!problem.success) {
    return new CliError(`The API answered ${status} in a way that cannot be read.`, {
      next: ['Check that the address is one of a Bursar API: bursar status'],
      code: 'unreadable_answer',
    });
  }
  const { code, message, details = [], requestId } = problem.data.error;
  const id = NAMED_ID.exec(path)?.[0] ?? '';
  const shown = details.slice(0, DETAILS_SHOWN).map((each) => `${each.path}: ${each.reason}`);
  const more = details.length - shown.length;
  return new CliError(message, {
    code,
    requestId,
    why: [...shown, ...(more > 0 ? [`and ${more} more`] : [])],
    next: NEXT[code]?.(id) ?? [],
    exitCode: EXIT_BY_CODE[code] ?? EXIT.failed,
  });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
