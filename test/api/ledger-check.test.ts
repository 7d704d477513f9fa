import { expect, test } from 'vitest';
import { z } from 'zod';
import { newId } from '../../db/new-id.ts';
import { insertPayee } from '../support/releases.ts';
import { addPayable } from './support/data.ts';
import {
  comesBack,
  entriesOf,
  newRelease,
  paidPayment,
  paidPayments,
  refundOf,
  tamper,
} from './support/ledger.ts';
import { useTestApi } from './support/test-api.ts';

const api = useTestApi();

const check = async () => {
  const { body } = await api.get('/ledger/check');
  return body as {
    balanced: boolean;
    entries: number;
    differences: Record<string, unknown>[];
    derived: Record<string, unknown>[];
  };
};
const broken = async () =>
  (await api.get('/verify'))
    .list('invariants')
    .filter((row) => Reflect.get(Object(row), 'breaches') !== 0)
    .map((row) => Reflect.get(Object(row), 'id'));

test('books in order', async () => {
  await comesBack(api, await paidPayment(api));
  await refundOf(api, await newRelease(api), 1_000n);
  const entries = new Set((await entriesOf(api, '')).map(({ entryId }) => entryId));
  expect(await check()).toEqual({
    balanced: true,
    entries: entries.size,
    differences: [],
    derived: [],
  });
  expect(await broken()).toEqual([]);
});

test('an entry that does not balance, whatever it is of', async () => {
  await tamper(
    api,
    `insert into ledger_entries (entry_id, line, account, side, amount_minor, currency)
     values ('other', 1, 'commission_expense', 'credit', 3, 'USD')`,
  );
  expect(await check()).toMatchObject({
    balanced: false,
    differences: [{ entryId: 'other', currency: 'USD', difference: -3 }],
    derived: [],
  });
  await tamper(api, `delete from ledger_entries where entry_id = 'other'`);
});

test('the entry of a payment that does not balance', async () => {
  const { id } = await paidPayment(api);
  const off = (by: string) =>
    `update ledger_entries set amount_minor = amount_minor ${by} where entry_id = '${id}:settled' and line = 2`;
  await tamper(api, off('- 3'));
  expect(await check()).toMatchObject({
    balanced: false,
    differences: [{ entryId: `${id}:settled`, currency: 'USD', difference: 3 }],
    derived: [
      {
        what: 'payment',
        entryId: `${id}:settled`,
        account: 'provider_clearing/mock',
        derived: -9_997,
        stored: -10_000,
      },
    ],
  });
  expect(await broken()).toContain('I7');
  await tamper(api, off('+ 3'));
});

test('a payee who is owed another amount than is payable', async () => {
  const payeeId = await addPayable(api, { amount: 2_500 });
  const off = (by: string) =>
    `update payables set amount_minor = amount_minor ${by} where payee_id = '${payeeId}'`;
  await tamper(api, off('+ 5'));
  expect(await check()).toMatchObject({
    balanced: false,
    differences: [],
    derived: [
      {
        what: 'payable',
        entryId: null,
        account: 'payee_payable',
        payeeId,
        currency: 'USD',
        derived: -2_500,
        stored: -2_505,
      },
    ],
  });
  expect(await broken()).toContain('I8');
  await tamper(api, off('- 5'));
});

test('a payment without its entry, and an entry without its payment', async () => {
  const [paid, returned, sent] = await paidPayments(api, 3);
  if (!paid || !returned || !sent) throw new Error('no payments');
  await comesBack(api, returned);
  const entries = [`${paid.id}:settled`, `${returned.id}:returned`];
  const status = (id: string, to: string, completed: string) =>
    `update payments set status = '${to}', completed_at = ${completed} where id = '${id}'`;
  await tamper(
    api,
    'create table kept as select * from ledger_entries',
    ...entries.map((entry) => `delete from ledger_entries where entry_id = '${entry}'`),
    status(sent.id, 'FAILED', 'null'),
  );
  const { balanced, derived } = await check();
  expect(balanced).toBe(false);
  const told = derived
    .filter(({ what }) => what === 'payment')
    .map((row) => [row['entryId'], row['account'], row['derived'], row['stored']]);
  const clearing = 'provider_clearing/mock';
  expect(told).toHaveLength(6);
  expect(told).toEqual(
    expect.arrayContaining([
      [entries[0], 'payee_payable', 0, 10_000],
      [entries[0], clearing, 0, -10_000],
      [entries[1], 'payee_payable', 0, -10_000],
      [entries[1], clearing, 0, 10_000],
      [`${sent.id}:settled`, 'payee_payable', 10_000, 0],
      [`${sent.id}:settled`, clearing, -10_000, 0],
    ]),
  );
  expect(await broken()).toEqual(expect.arrayContaining(['I7', 'I8']));
  await tamper(
    api,
    'insert into ledger_entries select * from kept on conflict do nothing',
    'drop table kept',
    status(sent.id, 'COMPLETED', 'now()'),
  );
  expect((await check()).balanced).toBe(true);
});

test('a release and a refund that say another amount than their entries', async () => {
  const release = await newRelease(api);
  const refundId = await refundOf(api, release, 2_201n);
  const [payeeId] = release.payeeIds;
  const [split] = await entriesOf(api, `payeeId=${payeeId}&escrowId=${release.escrowId}`);
  const splitId = split?.entryId.endsWith(':split') ? split.entryId : '';
  const where = `where release_id = '${splitId.split(':')[0]}'`;
  const shares = (by: string) =>
    `update escrow_shares set gross_minor = gross_minor ${by}, net_minor = net_minor ${by} ${where} and payee_id = '${payeeId}'`;
  const refund = (by: string) =>
    `update escrow_refunds set tax_minor = tax_minor ${by} where id = '${refundId}'`;
  await tamper(api, refund('+ 1'));
  expect(await broken()).toEqual(['I7', 'I8']);
  await tamper(api, refund('- 1'), shares('+ 1'));
  expect(await broken()).toEqual(['I7', 'I8']);
  await tamper(api, refund('+ 1'));
  expect((await check()).derived).toEqual([
    {
      what: 'refund',
      entryId: `${refundId}:refunded`,
      account: 'tax_payable',
      payeeId: null,
      escrowId: release.escrowId,
      currency: 'USD',
      derived: 1,
      stored: 2,
    },
    {
      what: 'release',
      entryId: splitId,
      account: 'payee_payable',
      payeeId,
      escrowId: release.escrowId,
      currency: 'USD',
      derived: -1_000,
      stored: -1_001,
    },
  ]);
  await tamper(api, shares('- 1'), refund('- 1'));
  expect(await broken()).toEqual([]);
});

test('a correction of an entry that is not there, and a refund of more than there was', async () => {
  const payment = await paidPayment(api);
  await comesBack(api, payment);
  const corrects = (entry: string) =>
    `update ledger_entries set corrects = '${entry}' where entry_id = '${payment.id}:returned'`;
  await tamper(api, corrects('pay_none:settled'));
  expect(await broken()).toEqual(['I7']);
  await tamper(api, corrects(`${payment.id}:settled`));

  const refundId = await refundOf(api, await newRelease(api), 4_402n);
  const more = (by: string) => [
    `update escrow_refunds set amount_minor = amount_minor ${by} where id = '${refundId}'`,
    `update escrow_refund_shares set net_minor = net_minor ${by} where refund_id = '${refundId}' and net_minor < 2000`,
  ];
  await tamper(api, ...more('+ 1'));
  expect(await broken()).toEqual(['I7', 'I8']);
  await tamper(api, ...more('- 1'));
  expect(await broken()).toEqual([]);
});

test('at most a hundred of each', async () => {
  const off = (by: string) => `update payables set amount_minor = amount_minor ${by}`;
  for (let made = 0; made < 101; made += 1) await insertDebt();
  await tamper(api, off('+ 1'));
  expect((await check()).derived).toHaveLength(100);
  await tamper(api, off('- 1'));
});

/** Something payable, so small that only its count matters. */
async function insertDebt(): Promise<void> {
  const payeeId = await insertPayee(api.db, null);
  await api.db.run(
    z.unknown(),
    `insert into payables (id, payee_id, currency, amount_minor, commission_count, open) values ($1, $2, 'USD', 0, 0, true)`,
    [newId('payable'), payeeId],
  );
}
