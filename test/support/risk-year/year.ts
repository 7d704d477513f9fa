import type { JudgedAction } from '../../../db/queries/risk-judge.ts';
import { ID_PREFIXES, type IdKind } from '../../../domain/ids.ts';
import type { RiskRule } from '../../../domain/risk/rule.ts';
import type { Draw } from './draw.ts';
import type { TableName } from './write-rows.ts';

export const MINUTE = 60_000;
export const HOUR = 3_600_000;
export const DAY = 86_400_000;
/** A Monday. */
export const BEGIN = Date.UTC(2024, 11, 30);
export const DAYS = 365;
/** Before this day nothing is planted: there would be no history to stand out from. */
export const PLANTS_FROM_DAY = 110;

/** An attack; one of its actions must make its rule speak. */
export interface Plant {
  id: number;
  rule: RiskRule;
  /** Whom the attack borrows, and when: nothing benign is done by them around then. */
  actor?: string;
  from: number;
  to: number;
}

/** What is judged. One call may decide about several actions, as about each payment of a batch. */
export type Judged = { at: number; plant: Plant | null } & (
  | { kind: 'act'; action: JudgedAction }
  | { kind: 'batch'; batchId: string; payments: number }
  | { kind: 'answers'; batchId: string }
  | { kind: 'webhooks'; provider: string }
  | { kind: 'earnings'; payeeIds: string[] }
);

export type Row = Record<string, unknown>;

/** A year that is being written: rows by day and table, what is judged by day, and the plants. */
export class Year {
  readonly rows = new Map<number, Map<TableName, Row[]>>();
  readonly judged: Judged[][] = Array.from({ length: DAYS + 2 }, () => []);
  readonly plants: Plant[] = [];
  readonly draw: Draw;
  readonly #borrowed = new Map<string, Plant[]>();
  #ids = 0;

  constructor(draw: Draw) {
    this.draw = draw;
  }

  /** An id made at that time, as the product's own ids are. */
  id(kind: IdKind, at: number): string {
    this.#ids += 1;
    const time = Math.floor(at).toString(16).padStart(12, '0');
    // The last eight digits of a batch are those of its payments' ordinals.
    return `${ID_PREFIXES[kind]}_${time}7${this.#ids.toString(16).padStart(11, '0')}00000000`;
  }

  /** A row that is there from the day of `at` on. */
  add(table: TableName, at: number, row: Row): void {
    const day = Math.max(0, dayOf(at));
    const tables = this.rows.get(day) ?? new Map<TableName, Row[]>();
    this.rows.set(day, tables);
    const rows = tables.get(table);
    if (rows) rows.push(row);
    else tables.set(table, [row]);
  }

  judge(judged: Judged): void {
    this.judged[dayOf(judged.at)]?.push(judged);
  }

  plant(rule: RiskRule, from: number, to: number, actor?: string): Plant {
    const plant = { id: this.plants.length, rule, from, to, ...(actor !== undefined && { actor }) };
    this.plants.push(plant);
    if (actor !== undefined) {
      this.#borrowed.set(actor, [...(this.#borrowed.get(actor) ?? []), plant]);
    }
    return plant;
  }

  /** True where an attack borrows this actor around that time. */
  isBorrowed(actor: string, at: number): boolean {
    return this.#borrowed.get(actor)?.some(({ from, to }) => at >= from && at <= to) ?? false;
  }

  /** A time of day within the days in which attacks are planted. */
  plantTime(): number {
    return BEGIN + this.draw.whole(PLANTS_FROM_DAY, DAYS - 3) * DAY + this.draw.whole(1, 23) * HOUR;
  }

  audit(at: number, action: string, actor: string, rest: Row = {}): void {
    this.add('audit_logs', at, { action, status: 'INFO', actor, created_at: iso(at), ...rest });
  }
}

export const iso = (at: number): string => new Date(at).toISOString();
export const dayOf = (at: number): number => Math.floor((at - BEGIN) / DAY);
