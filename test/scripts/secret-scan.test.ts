import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { projectDir } from '../support/program.ts';

/** What real credentials look like. Made-up ones of tests must not. */
const PATTERNS: Readonly<Record<string, RegExp>> = {
  'private key':
    /-----BEGIN (?:RSA |EC |OPENSSH |DSA |ENCRYPTED )?PRIVATE KEY-----\s+[A-Za-z0-9+/]{40}/,
  'Stripe live key': /\b[rs]k_live_[A-Za-z0-9]{24,}/,
  'Stripe test key': /\b[rs]k_test_[A-Za-z0-9]{60,}/,
  'Xendit production key': /\bxnd_production_[A-Za-z0-9]{30,}/,
  'AWS access key': /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/,
  'GitHub token': /\bgh[pousr]_[A-Za-z0-9]{36,}\b|\bgithub_pat_\w{60,}/,
  'npm token': /\bnpm_[A-Za-z0-9]{36}\b/,
  'Slack token': /\bxox[abprs]-[A-Za-z0-9-]{20,}/,
  'Google key': /\bAIza[A-Za-z0-9_-]{35}\b/,
  'key of Bursar': /\bbur_[a-z0-9]{8}_[A-Za-z0-9_-]{43}\b/,
  'field, codec or audit key': /\b(?:BURSAR_\w+_KEYS)=["']?\w+:[A-Za-z0-9+/]{43}=/,
  'JSON web token': /\beyJ[A-Za-z0-9_-]{20,}\.eyJ[A-Za-z0-9_-]{20,}\.[A-Za-z0-9_-]{20,}/,
  'password in an address':
    /\b(?:postgres|postgresql|smtps?|https?):\/\/[^\s:/@$`'"{}]+:[A-Za-z0-9+/_-]{20,}@/,
};

/** Looks like a key, opens nothing, and stands in an older commit. */
const MADE_UP = ['bur_canaryke', 'A-key-that-nobody-has-made_0123456789abcdef'].join('_');

const git = (...args: string[]): string =>
  execFileSync('git', args, { cwd: projectDir, encoding: 'utf8', maxBuffer: 1 << 30 });

/** The kinds of credentials in a text, each with its place's name; never the value. */
function found(name: string, text: string): string[] {
  return Object.entries(PATTERNS).flatMap(([kind, pattern]) =>
    pattern.test(text) ? [`${name}: ${kind}`] : [],
  );
}

test('the patterns find what they are for', () => {
  const tail = 'Ab3dEf6hIj9kLm2nOp5qRs8tUv1wXy4zAb3dEf6hIj9';
  // Put together here, so that this file itself holds none.
  const samples = [
    ['-----BEGIN ', 'PRIVATE KEY-----\n', tail],
    ['sk_', 'live_', tail],
    ['xnd_', 'production_', tail],
    ['AKIA', 'ABCDEFGHIJKLMNOP'],
    ['gh', 'p_', tail],
    ['bur_', 'abcd1234_', tail],
    ['BURSAR_FIELD', '_KEYS=k1:', tail, '='],
    ['postgres://bursar:', tail, '@db/bursar'],
  ];
  for (const parts of samples) expect(found('sample', parts.join(''))).toHaveLength(1);
});

test('no file holds a credential', () => {
  const files = git('ls-files', '--cached', '--others', '--exclude-standard', '-z').split('\0');
  const hits = files.filter(Boolean).flatMap((name) => {
    try {
      return found(name, readFileSync(path.join(projectDir, name), 'utf8'));
    } catch {
      // Listed and deleted since.
      return [];
    }
  });
  expect(hits).toEqual([]);
});

test('no commit has ever added a credential', () => {
  const hits = new Set<string>();
  let commit = '';
  for (const line of git('log', '--all', '--patch', '--unified=0', '--format=commit %h').split(
    '\n',
  )) {
    if (line.startsWith('commit ')) commit = line.slice(7);
    else if (line.startsWith('+')) {
      for (const hit of found(commit, line.slice(1).replace(MADE_UP, ''))) hits.add(hit);
    }
  }
  expect([...hits]).toEqual([]);
});
