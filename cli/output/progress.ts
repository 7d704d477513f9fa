import type { BatchDetails } from '../answers.ts';
import { moneyOf } from '../money.ts';
import { isOver } from '../watch.ts';
import { makeRate, type Rate } from './rate.ts';
import { makeStyle, type Style } from './style.ts';

/** Shows how far a batch is: one moving line on a terminal, else a plain line about each second. */
export interface Progress {
  update(batch: BatchDetails): void;
  /** Takes the moving line away, so that something else can be written; it comes back by itself. */
  clear(): void;
}

const BAR_WIDTH = 24;
/** A line that wraps cannot be taken back, so a narrow terminal gets no bar. */
const COLUMNS_FOR_BAR = 110;
const LINE_EVERY_MS = 1_000;

/** Opens a progress display on a stream. */
export function makeProgress(stream: NodeJS.WriteStream, noColor: boolean): Progress {
  const style = makeStyle(stream.isTTY && !noColor);
  const rate = makeRate();
  const moving = stream.isTTY;
  let shown = false;
  let saidAtMs = 0;
  const clear = () => {
    if (shown) stream.write('\r\u001B[2K');
    shown = false;
  };
  return {
    clear,
    update: (batch) => {
      const state = progressOf(batch);
      rate.see(state.done);
      const line = describe(
        batch,
        state,
        rate,
        moving && stream.columns >= COLUMNS_FOR_BAR ? style : undefined,
      );
      if (moving) {
        stream.write(`\r\u001B[2K${line}`);
        shown = true;
      } else if (isOver(batch) || Date.now() - saidAtMs >= LINE_EVERY_MS) {
        stream.write(`${line}\n`);
        saidAtMs = Date.now();
      }
    },
  };
}

interface State {
  readonly done: number;
  readonly sent: number;
  readonly left: number;
}

/** How many payments rest, were handed over, and are still to come. */
export function progressOf({ paymentCount, counts }: BatchDetails): State {
  const open = (counts['PENDING'] ?? 0) + (counts['PROCESSING'] ?? 0) + (counts['UNKNOWN'] ?? 0);
  return {
    done: paymentCount - open,
    sent: paymentCount - (counts['PENDING'] ?? 0),
    left: open,
  };
}

function describe(
  batch: BatchDetails,
  { done, sent, left }: State,
  rate: Rate,
  style: Style | undefined,
): string {
  const { counts, amounts, currency, paymentCount } = batch;
  const unknown = counts['UNKNOWN'] ?? 0;
  const failed = batch.result.failedCount;
  const perSecond = rate.perSecond();
  return [
    ...(style === undefined ? [] : [bar(done, sent, paymentCount, style)]),
    `${counts['COMPLETED'] ?? 0}/${paymentCount} paid`,
    moneyOf(amounts['COMPLETED'] ?? 0, currency),
    `${sent} sent`,
    ...(unknown > 0 ? [`${unknown} in doubt`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(batch.pausedReason === null ? [] : ['paused']),
    ...(left === 0 ? [batch.status] : [`${Math.round(perSecond)}/s`, timeLeft(left, perSecond)]),
  ].join('  ');
}

const timeLeft = (left: number, perSecond: number): string =>
  perSecond > 0 ? `${Math.ceil(left / perSecond)} s left` : 'time left unknown';

function bar(done: number, sent: number, total: number, style: Style): string {
  const cells = (count: number) => (total === 0 ? 0 : Math.floor((count / total) * BAR_WIDTH));
  const full = cells(done);
  const part = cells(sent) - full;
  const rest = BAR_WIDTH - full - part;
  return (
    style.good('█'.repeat(full)) + style.accent('▒'.repeat(part)) + style.dim('░'.repeat(rest))
  );
}
