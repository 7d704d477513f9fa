import { mkdirSync } from 'node:fs';
import { startGround, type Ground } from './ground.ts';
import { describeMachine, loadNow } from './measure/machine.ts';
import { printReport, writeReport } from './measure/report.ts';
import { readOptions, USAGE, UsageError, type BenchOptions, type Suite } from './options.ts';
import { makeTemplates } from './seed/templates.ts';
import { api } from './suites/api.ts';
import { consoleSuite } from './suites/console.ts';
import { door } from './suites/door.ts';
import { dryRunSuite } from './suites/dry-run.ts';
import { earnings } from './suites/earnings.ts';
import { exports } from './suites/exports.ts';
import { intake } from './suites/intake.ts';
import { latency } from './suites/latency.ts';
import { reconcile } from './suites/reconcile.ts';
import { reports } from './suites/reports.ts';
import { revenue } from './suites/revenue.ts';
import type { Bench, Findings } from './suites/suite.ts';
import { riskSuite } from './suites/risk.ts';
import { throughput } from './suites/throughput.ts';
import { webhooks } from './suites/webhooks.ts';
import { StackError } from '../stack/index.ts';

const RUN: Record<Suite, (bench: Bench) => Promise<Findings>> = {
  throughput,
  webhooks,
  api,
  latency,
  intake,
  reconcile,
  revenue,
  earnings,
  'dry-run': dryRunSuite,
  risk: riskSuite,
  door,
  reports,
  exports,
  console: consoleSuite,
};

class Stopped extends Error {}

const log = (text: string): void =>
  console.error(`${new Date().toISOString().slice(11, 19)} ${text}`);

/** Measures, prints and stops; Ctrl-C ends it after the measurement under way, with the suites that are finished. */
async function main(options: BenchOptions): Promise<void> {
  if (options.profileDir !== undefined) mkdirSync(options.profileDir, { recursive: true });
  const stopping = new AbortController();
  const stop = () => stopping.abort(new Stopped('stopped by a signal'));
  process.once('SIGINT', stop).once('SIGTERM', stop);
  const ground = await startGround(stopping.signal, log);
  try {
    await measure(ground, options, stopping.signal);
  } finally {
    await ground.close();
  }
}

async function measure(ground: Ground, options: BenchOptions, signal: AbortSignal): Promise<void> {
  const machine = await describeMachine(ground.stack.info.databaseUrl, ground.temporal);
  const bench: Bench = { ground, options, templateOf: makeTemplates(ground, log), log, signal };
  const findings: Findings[] = [];
  try {
    for (const suite of options.only) {
      log(`measuring ${suite}`);
      findings.push(await RUN[suite](bench));
    }
  } finally {
    const figures = findings.flatMap((found) => found.figures);
    const loadAtEnd = loadNow();
    if (figures.length > 0) printReport(machine, loadAtEnd, figures);
    if (options.jsonFile !== undefined) {
      const details = findings.map((found) => found.details);
      writeReport(options.jsonFile, machine, loadAtEnd, figures, details);
    }
  }
}

try {
  const options = readOptions(process.argv.slice(2));
  if (options) await main(options);
  else console.log(USAGE);
} catch (error) {
  const said = error instanceof UsageError ? `${error.message}\n\n${USAGE}` : messageOf(error);
  console.error(said);
  process.exitCode = 1;
}

function messageOf(error: unknown): string {
  if (error instanceof Stopped) return error.message;
  if (error instanceof StackError) return `${error.message} ${error.remedy}`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
