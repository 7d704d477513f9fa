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

const BAR_WIDTH_MAX = 30;
const BAR_WIDTH_MIN = 8;
const COLUMNS_UNKNOWN = 80;
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
      const line = describe(batch, state, rate);
      if (moving) {
        stream.write(
          `\r\u001B[2K${withBar(line, state, batch.paymentCount, stream.columns, style)}`,
        );
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

function describe(batch: BatchDetails, { sent, left }: State, rate: Rate): string {
  const { counts, amounts, currency, paymentCount } = batch;
  const unknown = counts['UNKNOWN'] ?? 0;
  const failed = batch.result.failedCount;
  const perSecond = rate.perSecond();
  return [
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

/** The line with as much of a bar as fits: a line that wraps could not be taken back. */
function withBar(
  line: string,
  { done, sent }: State,
  total: number,
  columns: number,
  style: Style,
): string {
  const free = (columns || COLUMNS_UNKNOWN) - 1;
  const width = Math.min(BAR_WIDTH_MAX, free - line.length - 2);
  if (width < BAR_WIDTH_MIN || total === 0) return line.slice(0, free);
  const full = Math.floor((done / total) * width);
  const part = Math.floor((sent / total) * width) - full;
  const rest = width - full - part;
  const bar = [style.good('█'.repeat(full)), style.accent('▒'.repeat(part)), '░'.repeat(rest)];
  return `${bar.join('')}  ${line}`;
}
