import { expect, test } from 'vitest';
import { isMailAddress, maskAddress } from '../../../domain/mail/address.ts';
import { hasRemedy, remedyIn } from '../../../domain/mail/remedies.ts';
import { mailWaitMs } from '../../../domain/mail/wait.ts';
import { FAILURE_TABLES } from '../../../providers/failures.ts';
import { unknownFailure } from '../../../providers/taxonomy.ts';

test('one address alone is an address', () => {
  const good = [
    'a@b',
    'jane.doe+payout@example.com',
    "o'neil@sub.example.co.uk",
    'jörg@müller.example',
  ];
  expect(good.filter((text) => !isMailAddress(text))).toEqual([]);
  const bad = [
    '',
    'jane',
    '@example.com',
    'jane@',
    'jane@example..com',
    'jane@example.com\r\nBcc: eve@example.com',
    'jane@example.com\n',
    'a@b.example,c@d.example',
    'a@b.example;c@d.example',
    'a@b.example c@d.example',
    'Jane <jane@example.com>',
    '"jane"@example.com',
    'jane@[127.0.0.1]',
    'a@b@c.example',
    'jane\u0000@example.com',
    'jane@example.com>\u202E',
    `${'x'.repeat(65)}@example.com`,
    `a@${'x'.repeat(254)}`,
  ];
  expect(bad.filter(isMailAddress)).toEqual([]);
});

test('a masked address shows a letter and the domain, and what is no address nothing', () => {
  expect(maskAddress('john.smith@example.com')).toBe('j***@example.com');
  expect(maskAddress('a@b')).toBe('a***@b');
  expect(maskAddress('John 4111111111111111')).toBe('***');
});

test('each remedy of each table of failures can be told in German', () => {
  const remedies = Object.values(FAILURE_TABLES).flatMap((table) =>
    Object.values(table).map(({ payee }) => payee),
  );
  remedies.push(unknownFailure('x').payee);
  expect(remedies.filter((remedy) => !hasRemedy(remedy, 'de'))).toEqual([]);
  for (const remedy of remedies) {
    expect(remedyIn(remedy, 'en')).toBe(remedy);
    expect(remedyIn(remedy, 'de')).not.toBe(remedy);
  }
  expect(remedyIn('Ask your shop.', 'de')).toBe('Wenden Sie sich an den Absender der Zahlung.');
  expect(remedyIn('constructor', 'de')).toBe('Wenden Sie sich an den Absender der Zahlung.');
});

test('a refused mail is tried after a minute, doubling to an hour, twelve times in all', () => {
  const minutes = Array.from({ length: 13 }, (_, index) => {
    const waitMs = mailWaitMs(index + 1);
    return waitMs === null ? null : waitMs / 60_000;
  });
  expect(minutes).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60, 60, 60, null, null]);
});
