import { readdirSync } from 'node:fs';
import path from 'node:path';
import { getTableName, is } from 'drizzle-orm';
import { PgTable } from 'drizzle-orm/pg-core';
import { describe, expect, it } from 'vitest';
import { USUAL_LIMITS } from '../../api/http/limits.ts';
import { ABSOLUTE_MS, IDLE_MS } from '../../api/http/session-ring.ts';
import { FRESH_PROOF_MS } from '../../api/http/step-up.ts';
import { ROUTES } from '../../api/routes/index.ts';
import * as tables from '../../db/schema/index.ts';
import { BULK_ITEMS_MAX, PAGE_ROWS_MAX, REQUEST_BODY_BYTES_MAX } from '../../domain/limits.ts';
import {
  PASSWORD_LENGTH_MAX,
  PASSWORD_LENGTH_MIN,
  passwordProblem,
} from '../../domain/password.ts';
import { codeSpans, page, readText, root, tableRows } from './pages.ts';
import { filesWith, productSources } from './product-sources.ts';

const inventory = page('docs/security/inventory.md');
const network = page('docs/network.md');
const signIn = page('docs/sign-in.md');

/** All that stands between backticks in the tables below a heading. */
const codesBelow = (heading: string): string[] =>
  tableRows(inventory, heading).flatMap((cells) => cells.flatMap(codeSpans));

/** The variables of every schema of the environment. */
const variables: readonly string[] = [
  'api/env.ts',
  'worker/env.ts',
  'api/auth/auth-env.ts',
  ...readdirSync(path.join(root, 'providers'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => `providers/${name}/config.ts`),
].flatMap((file) =>
  [...readText(file).matchAll(/^ {2,6}([A-Z][A-Z0-9_]+):/gm)].map(([, name = '']) => name),
);
const temporal = readText('temporal/access.ts').match(/\bTEMPORAL_[A-Z_]+/g) ?? [];
const chosen = (pattern: RegExp): string[] =>
  [...new Set([...variables, ...temporal])].filter((name) => pattern.test(name)).toSorted();

const minutes = (ms: number): string => String(ms / 60_000);
const grouped = (number: number): string => number.toLocaleString('en-US');

describe('docs/security/inventory.md', () => {
  it('puts every table into one class', () => {
    const known = Object.values(tables)
      .filter((table) => is(table, PgTable))
      .map((table) => getTableName(table));
    expect(known.length).toBeGreaterThan(60);
    const written = tableRows(inventory, '## Data')
      .filter((cells) => cells.length === 3)
      .flatMap(([, , names = '']) => codeSpans(names));
    expect(written.toSorted()).toEqual([...new Set(known)].toSorted());
  });

  it('tells every secret that is configured', () => {
    const secrets = chosen(
      /(?:KEYS|SECRET|_KEY|PASSWORD|TOKEN|CREDENTIALS|TOKENS)$|^DATABASE_URL$|^BURSAR_MAIL_URL$/,
    );
    expect(secrets.length).toBeGreaterThan(15);
    const written = tableRows(inventory, '## Keys').flatMap(([name = '']) => codeSpans(name));
    expect(written.toSorted()).toEqual(secrets);
  });

  it('tells every file that works with cryptography', () => {
    const using =
      /from '(?:node:crypto|jose|viem\/[\w/]+|standardwebhooks|better-auth\/(?:crypto|oauth2)|@better-auth\/[\w/]+)'|\bcrypto\.(?:subtle|randomUUID|getRandomValues)/;
    const written = codesBelow('## Algorithms');
    expect(written.toSorted()).toEqual(filesWith(using));
  });

  it('tells every place that is configured', () => {
    const places = chosen(/(?:_URL|_ADDRESS|OIDC_ISSUER|_ANCHOR|_DESCRIPTION)$/).filter(
      // Where others reach us, or each other.
      (name) => !['BURSAR_PUBLIC_URL', 'BURSAR_TEMPORAL_UI_URL'].includes(name),
    );
    expect(places.length).toBeGreaterThan(8);
    const written = tableRows(inventory, '## Connections')
      .flatMap(([name = '']) => codeSpans(name))
      .filter((name) => /^[A-Z_]+$/.test(name));
    expect(written.toSorted()).toEqual(places);
  });

  it('tells every security event that is written down', () => {
    const about =
      /^(?:sign_in|step_up|session|user|password|second_factor|recovery_codes?|role|api_key|permission|address|rate|csrf|allow_list|policy|currency_rate|approval_rule|risk|export|report|statement|audit)\./;
    const found = productSources
      .filter(({ file }) => !file.startsWith('cli/commands/'))
      .flatMap(({ text }) => [...text.matchAll(/'([a-z_]+\.[a-z_]+)'/g)])
      .map(([, action = '']) => action)
      .filter((action) => about.test(action) && !/\.(?:json|csv|key|ts)$/.test(action));
    const known = [...new Set([...found, 'sign_out', 'account.revealed', 'webhook.rejected'])];
    const written = codesBelow('## Logs').filter((code) =>
      /^(?:[a-z_]+\.[a-z_]+|sign_out)$/.test(code),
    );
    expect(written.toSorted()).toEqual(known.toSorted());
  });

  it('tells every public route of signing in', () => {
    const open = ROUTES.flatMap((route) => route.openAPIRegistry.definitions).flatMap(
      (definition) => {
        if (definition.type !== 'route') return [];
        const { method, path: at } = definition.route;
        const permission: unknown = Reflect.get(definition.route, 'x-permission');
        return permission === 'public' && at.startsWith('/api/auth/')
          ? [`${method.toUpperCase()} ${at}`]
          : [];
      },
    );
    const written = tableRows(inventory, '## Ways to sign in').flatMap(([name = '']) =>
      codeSpans(name),
    );
    expect(written.toSorted()).toEqual(open.toSorted());
  });

  it('tells the lives of sessions as they are', () => {
    expect(signIn).toMatch(new RegExp(`ends ${minutes(IDLE_MS)} minutes after its last use`));
    expect(signIn).toMatch(new RegExp(`${ABSOLUTE_MS / 3_600_000} hours after it began`));
    expect([FRESH_PROOF_MS, /at most five minutes old/.test(signIn)]).toEqual([300_000, true]);
    expect(inventory).toMatch(/as many as they begin/);
    expect(inventory).toMatch(/its session and ours are apart/);
  });

  it('tells the rules of passwords as they are', () => {
    expect(signIn).toContain(`${PASSWORD_LENGTH_MIN} to ${PASSWORD_LENGTH_MAX} characters`);
    const [, section = ''] = inventory.split('\n## Passwords\n');
    const words = codeSpans(section.split('\n## ')[0] ?? '');
    expect(words.length).toBeGreaterThan(5);
    const nobody = { email: 'nobody@example.com', name: 'Nobody' };
    for (const word of words) {
      for (const password of [`${word}2026-11-21!`, word.repeat(3)])
        expect([password, passwordProblem(password, nobody)]).toEqual([
          password,
          expect.any(String),
        ]);
    }
  });

  it('tells the limits of callers as they are', () => {
    const rows = tableRows(network, '## Limits').map((cells) => cells.join(' | '));
    const row = (words: string) => rows.find((each) => each.includes(words)) ?? '';
    const { signInAccount, signInAnywhere, signInAddress, signInGlobal, oidcStarts } = USUAL_LIMITS;
    const { reveals, exports, badCredentials } = USUAL_LIMITS;
    expect(row('an account from one place')).toContain(`| ${signInAccount.points},`);
    expect(row('an account, from anywhere')).toContain(`${signInAnywhere.points} an hour`);
    expect(row('sign-ins elsewhere')).toContain(
      `${oidcStarts.points} in ${oidcStarts.seconds / 60} minutes`,
    );
    expect(row('tries to sign in | an address')).toContain(
      `${signInAddress.points} in ${signInAddress.seconds / 60} minutes`,
    );
    expect(row('everybody')).toContain(`${grouped(signInGlobal.points)} a minute`);
    expect(row('do not work')).toContain(`${grouped(badCredentials.points)} a minute`);
    expect(row('in the clear')).toContain(`${reveals.points} an hour`);
    expect(row('exports')).toContain(`${exports.points} an hour`);
    const { signInBlockSeconds, signInBlockSecondsMax } = USUAL_LIMITS;
    expect(network).toContain(
      `shut for ${signInBlockSeconds / 60} minutes, then for 30, 60 and so on to ${signInBlockSecondsMax / 3_600} hours`,
    );
  });

  it('tells what is costly, and how it is bounded', () => {
    const rows = tableRows(inventory, '## What is costly').map((cells) => cells.join(' | '));
    const bounds = rows.join('\n');
    expect(bounds).toContain(
      `${grouped(REQUEST_BODY_BYTES_MAX)} bytes, ${grouped(BULK_ITEMS_MAX)} items`,
    );
    expect(bounds).toContain(`${grouped(PAGE_ROWS_MAX)} rows`);
    expect(bounds).toContain(`exports ${USUAL_LIMITS.exports.points} an hour`);
    const hasher = readText('api/auth/password-hash.ts');
    expect([/RUNNING_MAX = 2;/.test(hasher), /WAITING_MAX = 32;/.test(hasher)]).toEqual([
      true,
      true,
    ]);
    expect(bounds).toContain('two at once, 32 wait');
    expect([
      /CONNECTIONS_MAX = 12;/.test(readText('db/pool.ts')),
      bounds.includes('12 connections'),
    ]).toEqual([true, true]);
  });

  it('tells in which time packages are mended, and what refuses them before', () => {
    const rows = tableRows(inventory, '## Packages').slice(1);
    expect(rows.map(([level = '']) => level)).toEqual([
      'high or critical',
      'moderate or low',
      'none',
    ]);
    for (const [, time = ''] of rows) expect(time).toMatch(/\b\d+ days\b/);
    expect(readText('scripts/supply-chain.js')).toMatch(/'high'|"high"/);
    expect(readText('scripts/checks.js')).toContain('scripts/supply-chain.js');
  });
});
