import { expect, test } from 'vitest';
import { makeCircuit, type CircuitReport } from '../../providers/circuit.ts';
import type { CallResult, HttpPeer } from '../../providers/http.ts';

const FINE: CallResult = { kind: 'answered', status: 200, headers: {}, text: '{}' };
const REFUSED: CallResult = { kind: 'answered', status: 422, headers: {}, text: '{}' };
const SILENT: CallResult = { kind: 'no_answer', code: 'UND_ERR_HEADERS_TIMEOUT' };
const BROKEN: CallResult = { kind: 'answered', status: 503, headers: {}, text: '' };

function rig() {
  const clock = { ms: 1_000 };
  const said: CircuitReport[] = [];
  const answers = { next: FINE as CallResult | Promise<CallResult>, calls: 0 };
  const peer: HttpPeer = {
    call: async () => {
      answers.calls += 1;
      return answers.next;
    },
    close: async () => {},
  };
  const circuit = makeCircuit(
    (report) => said.push(report),
    () => clock.ms,
  );
  const watched = circuit.watch(peer);
  const call = () => watched.call({ method: 'GET', path: '/', headers: {} });
  const fail = async (times: number, how = SILENT) => {
    answers.next = how;
    for (let count = 0; count < times; count += 1) await call();
  };
  return { clock, said, answers, circuit, call, fail };
}

test('P16: it opens after 20 failures in a row, and then nothing is sent', async () => {
  const { circuit, answers, call, fail, said } = rig();
  await fail(19, BROKEN);
  expect(circuit.room()).toEqual({ places: Infinity, waitMs: 0 });
  await fail(1);
  expect(circuit.room()).toEqual({ places: 0, waitMs: 2_000 });
  const before = answers.calls;
  expect(await call()).toEqual({ kind: 'not_sent', code: 'circuit_open' });
  expect(answers.calls).toBe(before);
  expect(said.map(({ state }) => state)).toEqual(['open']);
});

test('answers of any kind keep it closed: refusals are no outage, and every success starts the count anew', async () => {
  const { circuit, answers, call, fail } = rig();
  await fail(30, REFUSED);
  for (let round = 0; round < 10; round += 1) {
    await fail(15);
    answers.next = FINE;
    await call();
  }
  expect(circuit.report()).toMatchObject({ state: 'closed', failures: 0, reason: null });
});

test('five failures suffice where nothing has succeeded for ten seconds', async () => {
  const { circuit, clock, fail } = rig();
  clock.ms += 11_000;
  await fail(4);
  expect(circuit.report().state).toBe('closed');
  await fail(1);
  expect(circuit.report()).toMatchObject({ state: 'open', reason: 'UND_ERR_HEADERS_TIMEOUT' });
});

test('half open it lets one call through; a success closes it', async () => {
  const { circuit, clock, answers, call, fail } = rig();
  await fail(20);
  clock.ms += 2_001;
  expect(circuit.room()).toEqual({ places: 1, waitMs: 0 });
  let answerProbe = (_result: CallResult): void => undefined;
  answers.next = new Promise<CallResult>((resolve) => {
    answerProbe = resolve;
  });
  const first = call();
  expect(circuit.room().places).toBe(0);
  expect(await call()).toEqual({ kind: 'not_sent', code: 'circuit_open' });
  answerProbe(FINE);
  await first;
  expect(circuit.report().state).toBe('closed');
});

test('each failed probe doubles the wait, to half a minute at most', async () => {
  const { circuit, clock, fail } = rig();
  await fail(20);
  const waits: number[] = [];
  for (let probes = 0; probes < 7; probes += 1) {
    waits.push(circuit.room().waitMs);
    clock.ms += circuit.room().waitMs + 1;
    await fail(1);
  }
  expect(waits).toEqual([2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
});

test('a call that was not sent for lack of time is nobody’s failure', async () => {
  const { circuit, fail } = rig();
  await fail(40, { kind: 'not_sent', code: 'too_late_to_send' });
  expect(circuit.report()).toMatchObject({ state: 'closed', failures: 0 });
});
