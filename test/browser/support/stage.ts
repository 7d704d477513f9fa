import { openDatabase } from '../../../db/client.ts';
import { noRow } from '../../../db/rows.ts';
import type { Role } from '../../../domain/permissions.ts';
import { cookieOf, PASSWORD, storePerson } from '../../support/people.ts';
import { callerOf, type Caller } from '../../support/payout.ts';
import { startTestStack, type TestStack, type TestStackOptions } from '../../support/test-stack.ts';
import { projectDir } from '../../support/program.ts';
import { Watched } from './browser.ts';

/** Somebody who can sign in at the console. */
export interface ConsolePerson {
  readonly id: string;
  readonly email: string;
  readonly password: string;
  /** A session of theirs. */
  readonly cookie: string;
}

/** A stack that serves the console as it is in the sources, and a browser that looks at it. */
export interface Stage {
  readonly stack: TestStack;
  readonly caller: Caller;
  readonly browser: Watched;
  /** Makes somebody of that role, and signs them in. */
  person(role: Role): Promise<ConsolePerson>;
  /** As if they had signed in ten minutes ago: what is sensitive asks for a proof. */
  staleProofs(): Promise<void>;
  stop(): Promise<void>;
}

export async function startStage(options: TestStackOptions = {}): Promise<Stage> {
  const script = `${projectDir}/scripts/web.js`;
  const { ensureConsole } = (await import(script)) as { ensureConsole: () => Promise<void> };
  await ensureConsole();
  const stack = await startTestStack(options);
  const browser = await Watched.start(stack.apiUrl);
  return {
    stack,
    caller: callerOf(stack),
    browser,
    person: (role) => makeConsolePerson(stack, role),
    staleProofs: () =>
      run(stack, "update user_sessions set authenticated_at = now() - interval '10 minutes'"),
    stop: async () => {
      await browser.stop();
      await stack.stop();
    },
  };
}

async function run({ databaseUrl }: TestStack, sql: string): Promise<void> {
  const db = openDatabase(databaseUrl);
  try {
    await db.run(noRow, sql);
  } finally {
    await db.close();
  }
}

async function makeConsolePerson(stack: TestStack, role: Role): Promise<ConsolePerson> {
  const db = openDatabase(stack.databaseUrl);
  try {
    const { id, email } = await storePerson(db, role);
    const answer = await fetch(`${stack.apiUrl}/api/auth/sign-in`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email, password: PASSWORD }),
    });
    if (!answer.ok) throw new Error(`nobody could sign in: ${await answer.text()}`);
    return { id, email, password: PASSWORD, cookie: cookieOf(answer.headers) };
  } finally {
    await db.close();
  }
}
