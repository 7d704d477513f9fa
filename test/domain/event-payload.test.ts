import { expect, test } from 'vitest';
import { maskPayload } from '../../domain/event-payload.ts';

test('what happened is readable; all else is struck out, however deep it stands', () => {
  const body = {
    id: 'evt_1',
    type: 'payout.settled',
    testMode: true,
    data: {
      payout: {
        id: 'mp_1',
        amount: 2_500,
        currency: 'USD',
        recipient: 'CANARY-account',
        failureCode: null,
        holder: { full_name: 'CANARY name', lines: ['CANARY street', 4711] },
      },
    },
  };
  const masked = maskPayload(JSON.stringify(body));
  expect(JSON.stringify(masked)).not.toMatch(/CANARY|4711/);
  expect(masked).toEqual({
    id: 'evt_1',
    type: 'payout.settled',
    testMode: true,
    data: {
      payout: {
        id: 'mp_1',
        amount: 2_500,
        currency: 'USD',
        recipient: '••••',
        failureCode: null,
        holder: { full_name: '••••', lines: ['••••', '••••'] },
      },
    },
  });
});

test.each(['not json', '[1]', '"text"', 'null', ''])('%s has nothing to show', (body) => {
  expect(maskPayload(body)).toBeNull();
});

test('a readable field shows no essay, and what is nested without end is cut', () => {
  expect(maskPayload(JSON.stringify({ code: 'x'.repeat(201) }))).toEqual({ code: '••••' });
  const deep = `${'{"data":'.repeat(40)}{"id":"evt_1"}${'}'.repeat(40)}`;
  expect(JSON.stringify(maskPayload(deep))).not.toContain('evt_1');
});
