import { expect, test } from 'vitest';
import { ASK_CODES, FAILURE_KINDS, type MailNews } from '../../../domain/mail/news.ts';
import { writeMail } from '../../../domain/mail/write.ts';

const amount = { amountMinor: 123_456n, currency: 'USD' };
const paymentId = 'pay_0192f0c1a2b37c4d8e9f0a1b2c3d4e5f';
const write = (news: MailNews, language: string, name = 'Ana Maria') =>
  writeMail({ name, language, paymentId, news });

const NEWS: readonly MailNews[] = [
  { event: 'scheduled', amount, scheduledFor: null },
  { event: 'scheduled', amount, scheduledFor: new Date('2026-11-30T23:30:00Z') },
  { event: 'paid', amount },
  ...FAILURE_KINDS.map((kind): MailNews => ({
    event: 'failed',
    amount,
    kind,
    remedy: 'Check the account details and correct them.',
  })),
  ...ASK_CODES.map((code): MailNews => ({ event: 'action_needed', amount: null, code })),
  { event: 'action_needed', amount, code: 'kyc_pending' },
];

test('a paid payment in English', () => {
  expect(write({ event: 'paid', amount }, 'en')).toEqual({
    subject: 'Your payout of USD 1,234.56 has been paid',
    text: `Hello Ana Maria,

your payout of USD 1,234.56 has been paid. It may take some days until your bank shows it.

Reference: ${paymentId}

This mail was written automatically. It never asks you for passwords or codes.
`,
  });
});

test('a failed payment in German, with what the payee can do', () => {
  const remedy = 'Check the account details and correct them.';
  expect(write({ event: 'failed', amount, kind: 'failed', remedy }, 'de-AT')).toEqual({
    subject: 'Ihre Auszahlung über 1.234,56 USD ist nicht angekommen',
    text: `Guten Tag Ana Maria,

Ihre Auszahlung über 1.234,56 USD konnte nicht bezahlt werden.

Was Sie tun können: Prüfen Sie Ihre Kontodaten und berichtigen Sie sie.

Referenz: ${paymentId}

Diese Mail wurde automatisch geschrieben. Sie fragt Sie niemals nach Passwörtern oder Codes.
`,
  });
});

test('a payout for later names the day', () => {
  const later: MailNews = {
    event: 'scheduled',
    amount,
    scheduledFor: new Date('2026-11-30T23:30:00Z'),
  };
  expect(write(later, 'en')).toMatchObject({
    subject: 'Your payout of USD 1,234.56 is planned for 30 November 2026',
    text: expect.stringContaining('is planned for 30 November 2026 (UTC)'),
  });
  expect(write(later, 'de').text).toContain('für den 30.11.2026 (UTC) vorgesehen');
});

test('each event has texts of its own in each language, and no two languages share one', () => {
  const texts = ['en', 'de'].flatMap((language) =>
    NEWS.map((news) => write(news, language, '').text),
  );
  expect(new Set(texts).size).toBe(2 * NEWS.length);
  for (const news of NEWS) {
    expect(write(news, 'en', '').text).toMatch(/^Hello,\n\n/);
    expect(write(news, 'de', '').text).toMatch(/^Guten Tag,\n\n/);
    expect(write(news, 'de', '').text).not.toMatch(/\b(your|payout|the)\b/);
  }
});

test('whatever is about an amount names it', () => {
  for (const news of NEWS.filter((each) => each.amount !== null)) {
    expect(write(news, 'en').text).toContain('USD 1,234.56');
    expect(write(news, 'de').text).toContain('1.234,56 USD');
  }
});

test('a language that is not there is English', () => {
  const english = write({ event: 'paid', amount }, 'en');
  for (const language of ['', 'fr', 'EN-gb', 'deutsch', '__proto__'])
    expect(write({ event: 'paid', amount }, language)).toEqual(english);
  expect(write({ event: 'paid', amount }, ' DE_ch ').subject).toMatch(/^Ihre/);
});

test('names and remedies stay one plain line each, whatever stands in them', () => {
  const evil = [
    'Eve\r\nBcc: all@example.com\r\n\r\n<b>pay me</b>',
    'Eve\u0000\u001b[31m\u2028x\u2029y\u0085z',
    '\u202Egnp.exe\u2066',
    '{{name}} ${name} %s <script>alert(1)</script>',
    'x'.repeat(5_000),
  ];
  for (const name of evil) {
    for (const news of NEWS) {
      const { subject, text } = write(news, 'en', name);
      expect(subject).not.toMatch(/[\r\n]|Eve/);
      const plain = write(news, 'en', 'Ana');
      expect(text.split('\n')).toHaveLength(plain.text.split('\n').length);
      expect(text.replaceAll('\n', '')).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
      expect(text.length).toBeLessThan(plain.text.length + 80);
    }
  }
  expect(write(NEWS[0] as MailNews, 'en', evil[3]).text).toContain(
    'Hello {{name}} ${name} %s <script>alert(1)</script>,',
  );
  const remedy = 'Reply to\r\n\r\nme@example.com';
  const { text } = write({ event: 'failed', amount, kind: 'failed', remedy }, 'en');
  expect(text).toContain('What you can do: Reply to me@example.com\n');
});

test('amounts have the decimals of their currency', () => {
  const of = (amountMinor: bigint, currency: string) =>
    ['en', 'de'].map((language) => {
      const news = { event: 'paid', amount: { amountMinor, currency } } as const;
      return write(news, language).subject.replaceAll(
        /^(Your|Ihre) \p{L}+ (of|über) | (has been paid|ist bezahlt)$/gu,
        '',
      );
    });
  expect(of(5n, 'USD')).toEqual(['USD 0.05', '0,05 USD']);
  expect(of(1_000_000n, 'JPY')).toEqual(['JPY 1,000,000', '1.000.000 JPY']);
  expect(of(1_234_567n, 'KWD')).toEqual(['KWD 1,234.567', '1.234,567 KWD']);
  expect(of(9_007_199_254_740_991n, 'EUR')).toEqual([
    'EUR 90,071,992,547,409.91',
    '90.071.992.547.409,91 EUR',
  ]);
});
