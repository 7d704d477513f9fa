import { expect, test } from 'vitest';
import { groupNews, type NewsRow } from '../../../domain/live/news.ts';
import { permissionOf, topicsOf } from '../../../domain/live/topics.ts';

const row = (
  action: string,
  batchId: string | null = null,
  paymentId: string | null = null,
): NewsRow => ({
  action,
  batchId,
  paymentId,
});

test('rows of one batch are one event, with the newest action and a payment only where it is one', () => {
  expect(
    groupNews([
      row('batch.executed', 'bat_1'),
      row('payment.submitted', 'bat_2', 'pay_1'),
      row('payment.completed', 'bat_2', 'pay_1'),
      row('payment.submitted', 'bat_1', 'pay_2'),
      row('payment.submitted', 'bat_3', 'pay_3'),
      row('payment.submitted', 'bat_3', 'pay_4'),
    ]),
  ).toEqual([
    { topic: 'batch', batchId: 'bat_2', paymentId: 'pay_1', action: 'payment.completed' },
    { topic: 'batch', batchId: 'bat_1', action: 'payment.submitted' },
    { topic: 'batch', batchId: 'bat_3', action: 'payment.submitted' },
  ]);
});

test('what concerns approvals is told of the batch and of what is to be approved', () => {
  expect(groupNews([row('batch.approved', 'bat_1')]).map(({ topic }) => topic)).toEqual([
    'batch',
    'approval',
  ]);
});

test('an action that nobody knows is for auditors alone', () => {
  expect(topicsOf('something.new')).toEqual(['audit']);
  expect(topicsOf('sign_out')).toEqual(['audit']);
  expect(permissionOf('audit')).toBe('audit');
});
