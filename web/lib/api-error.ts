/** What a refusal says, as its envelope has it. */
export interface ProblemText {
  /** The HTTP status; 0 where there was no answer. */
  status: number;
  code: string;
  message: string;
  details: readonly { path: string; reason: string }[];
  /** Leads to the reason in the server's log; null where there was no answer. */
  requestId: string | null;
}

/** The API refused, or could not be reached. */
export class ApiError extends Error implements ProblemText {
  readonly status: number;
  readonly code: string;
  readonly details: readonly { path: string; reason: string }[];
  readonly requestId: string | null;

  constructor({ status, code, message, details, requestId }: ProblemText) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
    this.details = details;
    this.requestId = requestId;
  }

  /** Whether the same call may work a moment later. */
  get passes(): boolean {
    return this.status === 0 || this.status === 429 || this.status === 503;
  }
}

/** Reads the envelope of a refusal; what has none, as from a proxy, is told by its status. */
export async function readProblem(answer: Response): Promise<ApiError> {
  const body: unknown = await answer.json().catch(() => null);
  const problem = Object(Object(body).error) as Partial<ProblemText>;
  return new ApiError({
    status: answer.status,
    code: problem.code ?? `http_${answer.status}`,
    message: problem.message ?? `The server answered ${answer.status}.`,
    details: problem.details ?? [],
    requestId: problem.requestId ?? answer.headers.get('x-request-id'),
  });
}
