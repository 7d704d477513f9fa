import { describe, expect, it } from 'vitest';
import { csvParts } from '../../cli/csv-parts.ts';
import { makeRate } from '../../cli/output/rate.ts';
import { flatObjects, type Transfer } from '../../cli/simulator-client.ts';
import { LedgerJoin, type PaymentFacts } from '../../cli/verify/join.ts';

const id = (digit: string) => `pay_${digit.repeat(32)}`;

const transfer = (reference: string, change: Partial<Transfer> = {}): Transfer => ({
  reference,
  recipient: 'acct-1',
  amount: 100,
  currency: 'USD',
  status: 'settled',
  ...change,
});

const payment = (change: Partial<PaymentFacts> = {}): PaymentFacts => ({
  id: id('1'),
  status: 'COMPLETED',
  amount: 100n,
  currency: 'USD',
  destination: 'acct-1',
  ...change,
});

function broken(transfers: readonly Transfer[], payments: readonly PaymentFacts[]): string[] {
  const join = new LedgerJoin();
  for (const each of transfers) join.addTransfer(each);
  for (const each of payments) join.addPayment(each);
  return join.findings().flatMap(({ id: name, breaches }) => (breaches > 0 ? [name] : []));
}

describe('the join of the two ledgers', () => {
  it('finds nothing where every payment has its one transfer', () => {
    const first = transfer(`${id('1')}:1`, { status: 'failed' });
    expect(broken([first, transfer(`${id('1')}:2`)], [payment()])).toEqual([]);
    expect(broken([transfer('of somebody else')], [])).toEqual([]);
  });

  it('lets the provider be ahead of a payment that is still under way', () => {
    expect(broken([transfer(`${id('1')}:1`)], [payment({ status: 'UNKNOWN' })])).toEqual([]);
  });

  it.each<[string, Transfer[], PaymentFacts[], string[]]>([
    [
      'two settled transfers of one reference',
      [transfer(`${id('1')}:1`), transfer(`${id('1')}:1`)],
      [payment()],
      ['I1.sim.reference', 'I1.sim.payment'],
    ],
    [
      'two settled generations',
      [transfer(`${id('1')}:1`), transfer(`${id('1')}:2`)],
      [payment()],
      ['I1.sim.payment'],
    ],
    ['no transfer', [], [payment()], ['I5.sim.paid']],
    [
      'a transfer that was returned',
      [transfer(`${id('1')}:1`, { status: 'returned' })],
      [payment()],
      ['I5.sim.paid'],
    ],
    ['another amount', [transfer(`${id('1')}:1`, { amount: 101 })], [payment()], ['I5.sim.same']],
    [
      'another recipient',
      [transfer(`${id('1')}:1`, { recipient: 'acct-2' })],
      [payment()],
      ['I5.sim.same'],
    ],
    [
      'a payment that was cancelled',
      [transfer(`${id('1')}:1`)],
      [payment({ status: 'CANCELLED' })],
      ['I5.sim.known'],
    ],
    ['a payment that nobody knows', [transfer(`${id('2')}:1`)], [], ['I5.sim.known']],
  ])('finds %s', (_name, transfers, payments, expected) => {
    expect(broken(transfers, payments)).toEqual(expected);
  });
});

describe('objects of a long answer', () => {
  it('come whole wherever the answer is cut, also with braces in strings', async () => {
    const rows = [{ a: '}{"' }, { a: 'ü\\"}' }, { a: 1 }];
    const bytes = Buffer.from(JSON.stringify({ rows }));
    for (let size = 1; size < bytes.length; size += 1) {
      const found: unknown[] = [];
      for await (const row of flatObjects(cut(bytes, size))) found.push(row);
      expect(found).toEqual(rows);
    }
  });
});

async function* cut(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

describe('pieces of a CSV file', () => {
  it('are one where it fits, whatever is in it', () => {
    expect(csvParts('"broken')).toEqual([{ csv: '"broken', linesBefore: 0 }]);
  });

  it('each have the header, stay below the limit and are cut between rows only', () => {
    const rows = Array.from({ length: 40 }, (_, n) => `${n},"two\nlines, ""quoted"""`);
    const parts = csvParts(['id,text', ...rows].join('\n'), 200);
    expect(parts.length).toBeGreaterThan(1);
    expect(parts.every(({ csv }) => csv.startsWith('id,text\n') && csv.length < 200)).toBe(true);
    const joined = parts.map(({ csv }) => csv.slice('id,text\n'.length)).join('');
    expect(joined).toBe(`${rows.join('\n')}\n`);
    const second = parts[1];
    const before = parts[0]?.csv.trimEnd().split('\n').length ?? 0;
    expect(second?.linesBefore).toBe(before - 1);
  });
});

describe('a rate', () => {
  it('is that of the last seconds, not of all the time', () => {
    let nowMs = 0;
    const rate = makeRate(() => nowMs);
    rate.see(0);
    expect(rate.perSecond()).toBe(0);
    for (; nowMs <= 20_000; nowMs += 1_000) rate.see(nowMs < 10_000 ? 0 : (nowMs - 10_000) / 10);
    expect(rate.perSecond()).toBeCloseTo(100);
  });
});
