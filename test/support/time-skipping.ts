import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { cacheDir } from '../../stack/paths.ts';

const run = promisify(execFile);
const VERSION = '1.32.1';

/**
 * A Temporal server that skips over timers, or null with a loud word where none can be had: it needs
 * Java, and Maven for the first time (the server's own download is tried by the SDK otherwise).
 */
export async function startTimeSkipping(): Promise<TestWorkflowEnvironment | null> {
  try {
    const executable = await testServer();
    return await TestWorkflowEnvironment.createTimeSkipping({
      server: { executable: { type: 'existing-path', path: executable } },
    });
  } catch (error) {
    const why = error instanceof Error ? error.message.split('\n')[0] : String(error);
    console.error(
      `TIME-SKIPPING TESTS ARE SKIPPED: no test server (${why}). Install Java and Maven.`,
    );
    return null;
  }
}

/** The path of a script that runs the test server; fetched from Maven Central once. */
async function testServer(): Promise<string> {
  const home = path.join(cacheDir(process.env), 'temporal-test-server', VERSION);
  const script = path.join(home, 'run');
  if (existsSync(script)) return script;
  const work = await mkdtemp(path.join(tmpdir(), 'bursar-test-server-'));
  try {
    await writeFile(path.join(work, 'pom.xml'), pom());
    await run(
      'mvn',
      ['-q', '-B', 'dependency:copy-dependencies', `-DoutputDirectory=${path.join(work, 'lib')}`],
      { cwd: work, timeout: 240_000 },
    );
    await writeFile(
      path.join(work, 'run'),
      '#!/bin/sh\nexec java -cp "$(dirname "$0")/lib/*" io.temporal.testserver.TestServer "$@"\n',
    );
    await chmod(path.join(work, 'run'), 0o755);
    await mkdir(path.dirname(home), { recursive: true });
    await rename(work, home).catch(async () => run('cp', ['-r', work, home]));
    return script;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

const pom = (): string => `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>bursar</groupId><artifactId>test-server</artifactId><version>1</version>
  <dependencies><dependency>
    <groupId>io.temporal</groupId><artifactId>temporal-test-server</artifactId><version>${VERSION}</version>
  </dependency></dependencies>
</project>`;
