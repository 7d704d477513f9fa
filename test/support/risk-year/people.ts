import type { JudgedKind } from '../../../domain/risk/actor-facts.ts';
import type { Draw } from './draw.ts';
import { BEGIN, DAY, DAYS, HOUR, iso, MINUTE, type Plant, type Year } from './year.ts';

/** Somebody with habits: when they work and from where. */
export interface Person {
  actor: string;
  email: string;
  approves: boolean;
  makes: boolean;
  startHour: number;
  places: { ip: string; program: string; share: number }[];
}

const PROGRAMS = [
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 Chrome/#.0.0.0 Safari/537.36',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:#.0) Gecko/20100101 Firefox/#.0',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_# like Mac OS X) AppleWebKit/605.1.15 Version/17.# Mobile Safari',
];

/** The program as it is that day: a new version every four weeks. */
const programAt = (program: string, at: number): string =>
  program.replaceAll('#', String(120 + Math.floor((at - BEGIN) / (28 * DAY))));

export const address = (draw: Draw): string =>
  [draw.whole(20, 220), draw.whole(0, 255), draw.whole(0, 255), draw.whole(1, 255)].join('.');

/** The people and keys of the year; the office is shared. */
export function makePeople(year: Year): { people: Person[]; keys: Person[] } {
  const { draw } = year;
  const office = address(draw);
  const people = Array.from({ length: 10 }, (_, number): Person => {
    const id = year.id('user', BEGIN - 400 * DAY);
    year.add('users', BEGIN, {
      id,
      email: `person${number}@shop.example`,
      name: `Person ${number}`,
      role: number < 5 ? 'admin' : 'processor',
      created_at: iso(BEGIN - 400 * DAY),
    });
    const mobile = PROGRAMS[2] ?? '';
    return {
      actor: `user:${id}`,
      email: `person${number}@shop.example`,
      approves: number < 5,
      makes: number >= 5,
      startHour: draw.whole(6, 11),
      places: [
        { ip: office, program: PROGRAMS[number % 2] ?? '', share: 0.7 },
        { ip: address(draw), program: PROGRAMS[number % 2] ?? '', share: 0.25 },
        { ip: address(draw), program: mobile, share: 0.05 },
      ],
    };
  });
  const keys = Array.from({ length: 3 }, (): Person => {
    const ip = address(draw);
    const program = 'shop-backend/#.1';
    return {
      actor: `key:${year.id('apiKey', BEGIN)}`,
      email: '',
      approves: false,
      makes: true,
      startHour: 0,
      places: [{ ip, program, share: 1 }],
    };
  });
  return { people, keys };
}

/** From where somebody works on a day: mostly from the same place all day. */
export function placeOfDay(draw: Draw, { places }: Person): Person['places'][number] {
  let left = draw.number(0, 1);
  for (const place of places) {
    left -= place.share;
    if (left <= 0) return place;
  }
  return draw.pick(places);
}

const AUDITED: Partial<Record<JudgedKind, string>> = {
  approve: 'batch.approved',
  execute: 'batch.execution_requested',
  pay: 'hold.released',
  reveal: 'account.revealed',
  export: 'export.created',
  sign_in_succeeded: 'sign_in.succeeded',
  sign_in_failed: 'sign_in.failed',
  denied: 'permission.denied',
};

export interface Act {
  at: number;
  kind: JudgedKind;
  actor: string;
  ip: string | null;
  program: string;
  account?: string;
  batchId?: string;
}

/** Writes an action into the audit log, where it was let happen, and has it judged. */
export function act(year: Year, given: Act, plant: Plant | null, refused = false): void {
  const { at, kind, actor, ip, account, batchId } = given;
  if (plant === null && year.isBorrowed(actor, at)) return;
  const userAgent = programAt(given.program, at);
  const failed = kind === 'sign_in_failed';
  if (!refused) {
    year.audit(at, AUDITED[kind] ?? kind, failed ? 'anonymous' : actor, {
      ip_address: ip,
      user_agent: userAgent,
      batch_id: batchId ?? null,
      details: account === undefined ? {} : { email: account },
    });
  }
  const counted = kind === 'denied' || kind === 'reveal' || kind === 'export' || failed;
  year.judge({
    at,
    plant,
    kind: 'act',
    action: {
      kind,
      actor: failed ? 'anonymous' : actor,
      ipAddress: ip,
      userAgent,
      batchId,
      account,
      recorded: counted && !refused,
      at: new Date(at),
    },
  });
}

const WEEKDAYS = 5;

/** A year of work: sign-ins, some that fail, money moved, details looked at, exports, a refusal now and then. */
export function benignPeople(year: Year, people: readonly Person[], keys: readonly Person[]): void {
  const { draw } = year;
  for (let day = 0; day < DAYS; day += 1) {
    const begin = BEGIN + day * DAY;
    for (const person of people) {
      const works = day % 7 < WEEKDAYS ? draw.chance(0.9) : draw.chance(0.06);
      if (works) workday(year, person, begin);
    }
    for (const key of keys) {
      const place = placeOfDay(draw, key);
      for (let times = draw.count(10); times > 0; times -= 1) {
        const at = begin + draw.number(0, DAY);
        act(
          year,
          { at, kind: 'execute', actor: key.actor, ip: place.ip, program: place.program },
          null,
        );
      }
    }
  }
}

function workday(year: Year, person: Person, begin: number): void {
  const { draw } = year;
  const { actor, email: account } = person;
  let place = placeOfDay(draw, person);
  if (draw.chance(0.01)) {
    // On a journey, or with another provider of the Internet from now on.
    place = { ...place, ip: address(draw) };
    if (draw.chance(0.5)) person.places[1] = { ...place, share: person.places[1]?.share ?? 0 };
  }
  const from = begin + person.startHour * HOUR + draw.number(-40, 40) * MINUTE;
  const hours = draw.chance(0.02) ? draw.number(9, 13) : draw.number(6, 9.5);
  const common = { actor, ip: place.ip, program: place.program };
  for (let failures = draw.chance(0.07) ? 1 + draw.count(0.5) : 0; failures > 0; failures -= 1) {
    const at = from - failures * draw.number(5, 40) * 1_000;
    act(year, { ...common, at, kind: 'sign_in_failed', account }, null);
  }
  act(year, { ...common, at: from, kind: 'sign_in_succeeded', account }, null);
  const kinds: JudgedKind[] = person.approves
    ? ['approve', 'execute', 'pay', 'reveal', 'reveal', 'reveal', 'export']
    : ['execute', 'execute', 'pay', 'pay', 'pay', 'denied'];
  for (let times = draw.count(22); times > 0; times -= 1) {
    const at = from + draw.number(0.01, hours) * HOUR;
    const kind = draw.pick(kinds);
    const rare = (kind === 'export' && draw.chance(0.6)) || (kind === 'denied' && draw.chance(0.8));
    act(year, { ...common, at, kind: rare ? 'pay' : kind }, null);
  }
  if (person.approves && draw.chance(0.15))
    lookThrough(year, common, from + draw.number(1, 5) * HOUR);
}

/** Somebody checks a list of accounts one after the other. */
function lookThrough(
  year: Year,
  common: { actor: string; ip: string; program: string },
  from: number,
): void {
  for (let times = 5 + year.draw.count(8); times > 0; times -= 1) {
    const at = from + year.draw.number(0, 40) * MINUTE;
    act(year, { ...common, at, kind: 'reveal' }, null);
  }
}
