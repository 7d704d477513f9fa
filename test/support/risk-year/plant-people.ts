import type { RiskRule } from '../../../domain/risk/rule.ts';
import { addApproval, addBatch, addPayee } from './money.ts';
import { act, address, type Act, type Person } from './people.ts';
import { BEGIN, DAY, HOUR, iso, MINUTE, type Plant, type Year } from './year.ts';

const SECOND = 1_000;
/** Nothing benign is done by the victim so long around an attack. */
const APART = 130 * MINUTE;

const near = (year: Year, rule: RiskRule, at: number, actor: string): Plant =>
  year.plant(rule, at - APART, at + APART, actor);

const usual = ({ actor, places }: Person): Pick<Act, 'actor' | 'ip' | 'program'> => {
  const [place] = places;
  return { actor, ip: place?.ip ?? null, program: place?.program ?? '' };
};

/** A time at which the person is at work, or, `away`, sleeps. */
function timeOf(year: Year, { startHour }: Person, away = false): number {
  const hour = away
    ? startHour + year.draw.pick([15.5, 16, 17, 18])
    : startHour + year.draw.number(1, 5);
  const time = year.plantTime();
  return time - (time % DAY) + hour * HOUR;
}

type PlantOne = (year: Year, people: readonly Person[]) => void;

const newDevice: PlantOne = (year, people) => {
  const person = year.draw.pick(people);
  const at = timeOf(year, person);
  const program = year.draw.pick(['curl/8.#', 'python-requests/2.#', usual(person).program]);
  const from = { actor: person.actor, ip: address(year.draw), program };
  act(
    year,
    { ...from, at, kind: year.draw.pick(['approve', 'execute', 'pay'] as const) },
    near(year, 'new_device', at, person.actor),
    true,
  );
};

const unusualHour: PlantOne = (year, people) => {
  const person = year.draw.pick(people);
  const at = timeOf(year, person, true);
  const plant = near(year, 'unusual_hour', at, person.actor);
  act(
    year,
    { ...usual(person), at, kind: year.draw.pick(['approve', 'execute'] as const) },
    plant,
    true,
  );
};

const twoNetworks: PlantOne = (year, people) => {
  const person = year.draw.pick(people);
  const at = timeOf(year, person);
  const plant = near(year, 'two_networks', at, person.actor);
  const later = at + year.draw.number(0.1, 9.8) * MINUTE;
  act(year, { ...usual(person), at, kind: 'pay' }, plant);
  const kind = year.draw.pick(['pay', 'reveal', 'export', 'sign_in_succeeded'] as const);
  act(year, { ...usual(person), ip: address(year.draw), at: later, kind }, plant, true);
};

const failedSignIns: PlantOne = (year, people) => {
  const { draw } = year;
  const person = draw.pick(people);
  const at = timeOf(year, person);
  const plant = near(year, 'failed_sign_ins', at, person.actor);
  const spray = draw.chance(0.3);
  const ip = address(draw);
  for (let failure = 0; failure < draw.whole(5, 13); failure += 1) {
    const account = spray ? `guess${failure}@shop.example` : person.email;
    const common = { ...usual(person), ip: spray || draw.chance(0.5) ? ip : address(draw) };
    act(
      year,
      {
        ...common,
        at: at + failure * draw.number(5, 40) * SECOND,
        kind: 'sign_in_failed',
        account,
      },
      plant,
    );
  }
  if (!spray && draw.chance(0.5)) {
    act(
      year,
      {
        ...usual(person),
        ip,
        at: at + 9.5 * MINUTE,
        kind: 'sign_in_succeeded',
        account: person.email,
      },
      plant,
      true,
    );
  }
};

const probing: PlantOne = (year, people) => {
  const person = year.draw.pick(people);
  const at = timeOf(year, person);
  const plant = near(year, 'permission_probing', at, person.actor);
  for (let denial = 0; denial < year.draw.whole(10, 16); denial += 1) {
    act(year, { ...usual(person), at: at + denial * 18 * SECOND, kind: 'denied' }, plant);
  }
};

const freshRole: PlantOne = (year) => {
  const { draw } = year;
  const at = year.plantTime();
  const id = year.id('user', at);
  const actor = `user:${id}`;
  const plant = near(year, 'fresh_role', at, actor);
  const granted = at - draw.number(0.05, 23.8) * HOUR;
  const user = { id, email: `${id}@shop.example`, name: id, role: 'manager' };
  year.add('users', granted, { ...user, created_at: iso(granted) });
  year.add('role_changes', granted, {
    id: year.id('roleChange', granted),
    user_id: id,
    from_role: draw.pick([null, 'viewer']),
    to_role: draw.pick(['manager', 'admin']),
    actor: 'user:admin',
    created_at: iso(granted),
  });
  act(
    year,
    {
      at,
      actor,
      ip: address(draw),
      program: 'curl/8.#',
      kind: draw.pick(['approve', 'execute', 'pay'] as const),
    },
    plant,
    true,
  );
};

const pair: PlantOne = (year, people) => {
  const { draw } = year;
  const at = year.plantTime();
  const creator = `user:${year.id('user', at)}`;
  const friend = draw.chance(0.5)
    ? `user:${year.id('user', at)}`
    : draw.pick(people.filter(({ approves }) => approves)).actor;
  const plant = near(year, 'approver_pair', at, friend);
  const payee = addPayee(year, BEGIN);
  const make = (made: number) =>
    addBatch(year, made, [{ payee, amountMinor: 5_000 }], { by: creator, history: true }).batchId;
  const hasty = draw.chance(0.4);
  if (!hasty) {
    for (let before = 1; before < draw.whole(11, 16); before += 1) {
      const made = at - before * 1.9 * DAY;
      addApproval(year, made + HOUR, make(made), friend);
    }
  }
  const batchId = make(hasty ? at - draw.number(1, 9.8) * SECOND : at - HOUR);
  const person = people.find(({ actor }) => actor === friend);
  const from = person ? usual(person) : { actor: friend, ip: address(draw), program: 'x' };
  act(year, { ...from, at, kind: 'approve', batchId }, plant, true);
};

const bulkReveal: PlantOne = (year, people) => {
  const { draw } = year;
  const person = draw.pick(people);
  const at = timeOf(year, person);
  const plant = near(year, 'bulk_reveal', at, person.actor);
  const [kind, times] = draw.chance(0.6)
    ? (['reveal', draw.whole(50, 70)] as const)
    : (['export', draw.whole(3, 6)] as const);
  const step = (58 * MINUTE) / times;
  for (let time = 0; time < times; time += 1) {
    act(year, { ...usual(person), at: at + time * step, kind }, plant);
  }
};

const PLANTS: readonly PlantOne[] = [
  newDevice,
  unusualHour,
  twoNetworks,
  failedSignIns,
  probing,
  freshRole,
  pair,
  bulkReveal,
];

/** So many attacks of each of the rules about who acts. */
export function plantPeople(year: Year, people: readonly Person[], ofEach: number): void {
  for (const plantOne of PLANTS) {
    for (let number = 0; number < ofEach; number += 1) plantOne(year, people);
  }
}
