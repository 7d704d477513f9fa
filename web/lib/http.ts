import { ApiError, readProblem } from './api-error.ts';
import { askForProof } from './proof.ts';
import { endSession } from './session-end.ts';

/** Refusals that are the answer to what was typed, not to a session that has ended. */
const SIGN_IN = /^\/api\/auth\/(sign-in|accept-invite|step-up)/;

/**
 * The one way to the API: same origin, with the header that no other page can send. Where the API asks
 * for a fresh proof, the person is asked for it and the call is repeated once. Throws `ApiError` for
 * every refusal, so that whoever gets an answer has what they asked for.
 */
export async function send(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const answer = await request(input, init);
  if (answer.ok) return answer;
  const problem = await readProblem(answer);
  if (problem.code === 'step_up_required' && (await askForProof())) {
    const repeated = await request(input, init);
    if (repeated.ok) return repeated;
    throw await readProblem(repeated);
  }
  if (answer.status === 401 && !SIGN_IN.test(pathOf(input))) endSession();
  throw problem;
}

async function request(input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  headers.set('x-bursar-csrf', '1');
  try {
    return await fetch(input, { ...init, headers, credentials: 'same-origin' });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiError({
      status: 0,
      code: 'unreachable',
      message: 'Bursar does not answer. Check the connection; the page goes on when it is back.',
      details: [],
      requestId: null,
    });
  }
}

const pathOf = (input: RequestInfo | URL): string =>
  new URL(input instanceof Request ? input.url : input, location.origin).pathname;
