import type { CallResult, HttpPeer } from './http.ts';

/** closed: calls go through. open: none does. half_open: one does, to see whether it is over. */
export type CircuitState = 'closed' | 'open' | 'half_open';

/** A circuit as it is shown to people. */
export interface CircuitReport {
  state: CircuitState;
  /** Failures in a row, up to the last call. */
  failures: number;
  /** What the last failure was. */
  reason: string | null;
  since: Date;
}

/** Keeps calls from a provider that does not answer. */
export interface Circuit {
  /** How many calls may go now, and where none may, when to ask again. */
  room(): { places: number; waitMs: number };
  /** Watches the calls of a peer, and answers `not_sent` for it while the circuit is open. */
  watch(peer: HttpPeer): HttpPeer;
  report(): CircuitReport;
}

/**
 * It opens after so many failures in a row: many, because calls overlap and a provider that loses a
 * third of its answers is still worth talking to; few, where nothing has succeeded for a while.
 */
const FAILURES_MAX = 20;
const FAILURES_SLOW_MAX = 5;
const SILENCE_MS = 10_000;
const OPEN_FIRST_MS = 2_000;
const OPEN_LAST_MS = 30_000;

/** A circuit, closed at first. `onChange` hears of each change of its state. */
export function makeCircuit(
  onChange: (report: CircuitReport) => void,
  now: () => number = () => performance.now(),
): Circuit {
  const now0 = now();
  const self = { state: 'closed' as CircuitState, failures: 0, reason: null as string | null };
  const times = { openUntil: 0, openMs: OPEN_FIRST_MS, lastSuccess: now0, since: new Date() };
  const probe = { underWay: false };

  const to = (state: CircuitState): void => {
    if (self.state === state) return;
    self.state = state;
    times.since = new Date();
    onChange(report());
  };
  const report = (): CircuitReport => ({ ...self, since: times.since });

  function succeed(): void {
    self.failures = 0;
    self.reason = null;
    times.lastSuccess = now();
    times.openMs = OPEN_FIRST_MS;
    to('closed');
  }

  function fail(reason: string): void {
    self.failures += 1;
    self.reason = reason;
    const silent = now() - times.lastSuccess > SILENCE_MS;
    const tooMany = self.failures >= (silent ? FAILURES_SLOW_MAX : FAILURES_MAX);
    if (self.state === 'half_open' || (self.state === 'closed' && tooMany)) {
      times.openUntil = now() + times.openMs;
      times.openMs = Math.min(times.openMs * 2, OPEN_LAST_MS);
      to('open');
    }
  }

  function room(): { places: number; waitMs: number } {
    if (self.state === 'closed') return { places: Infinity, waitMs: 0 };
    const waitMs = times.openUntil - now();
    if (self.state === 'open' && waitMs > 0) return { places: 0, waitMs };
    to('half_open');
    return probe.underWay ? { places: 0, waitMs: OPEN_FIRST_MS } : { places: 1, waitMs: 0 };
  }

  async function guarded(call: () => Promise<CallResult>): Promise<CallResult> {
    if (room().places === 0) return { kind: 'not_sent', code: 'circuit_open' };
    const probing = self.state === 'half_open';
    if (probing) probe.underWay = true;
    try {
      const result = await call();
      judge(result);
      return result;
    } finally {
      if (probing) probe.underWay = false;
    }
  }

  /** A refusal of any kind is an answer; only silence and 5xx are failures. */
  function judge(result: CallResult): void {
    if (result.kind === 'answered' && result.status < 500) succeed();
    else if (result.kind === 'answered') fail(`http_${result.status}`);
    else if (result.code !== 'too_late_to_send') fail(result.code);
  }

  return {
    room,
    report,
    watch: (peer) => ({
      call: (request) => guarded(() => peer.call(request)),
      close: () => peer.close(),
    }),
  };
}
