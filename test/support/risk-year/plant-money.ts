import type { RiskRule } from '../../../domain/risk/rule.ts';
import { addBatch, addEarning, addPayee, endBatch, type Payee } from './money.ts';
import { BEGIN, DAY, HOUR, iso, MINUTE, type Plant, type Year } from './year.ts';

/** High value of the policy's default, in minor units. */
const THRESHOLD = 100_000;
const BY = 'user:insider';

const plantAt = (year: Year, rule: RiskRule, at: number): Plant => year.plant(rule, at, at);

/** Somebody who was paid every ten days before. */
function paidPayee(year: Year, at: number, usualMinor: number, times = 6): Payee {
  const payee = addPayee(year, BEGIN, { usualMinor });
  for (let before = times; before > 0; before -= 1) {
    const amountMinor = Math.round(usualMinor * year.draw.number(0.9, 1.1));
    const made = addBatch(year, at - before * 10 * DAY, [{ payee, amountMinor }], {
      by: BY,
      history: true,
    });
    for (const id of made.paymentIds) {
      const end = at - before * 10 * DAY + HOUR;
      year.add('payment_ends', end, { id, status: 'COMPLETED', at: iso(end) });
    }
  }
  return payee;
}

type PlantOne = (year: Year) => void;

const changedDetails: PlantOne = (year) => {
  const { draw } = year;
  const at = year.plantTime();
  const plant = plantAt(year, 'changed_details', at);
  const payee = paidPayee(year, at, draw.whole(3_000, 60_000));
  const changed = at - draw.number(0.02, 71.8) * HOUR;
  // The changer's own word for it is none.
  const own = draw.chance(0.3);
  year.add('account_changes', changed, {
    id: payee.accountId,
    at: iso(changed),
    by: 'user:thief',
    verified_at: own ? iso(changed + MINUTE) : null,
    verified_by: own ? 'user:thief' : null,
  });
  addBatch(year, at, [{ payee, amountMinor: payee.usualMinor }], { by: BY, plant });
};

const newPayee: PlantOne = (year) => {
  const { draw } = year;
  const at = year.plantTime();
  const plant = plantAt(year, 'new_payee_high_value', at);
  const payee = addPayee(year, at - draw.number(0, 20) * DAY, {
    currency: draw.pick(['USD', 'USD', 'EUR']),
  });
  const amountMinor = draw.chance(0.2) ? THRESHOLD : Math.round(THRESHOLD * draw.number(1, 8));
  addBatch(year, at, [{ payee, amountMinor }], { by: BY, plant });
};

const sharedDestination: PlantOne = (year) => {
  const { draw } = year;
  const at = year.plantTime();
  const plant = plantAt(year, 'shared_destination', at);
  const destination = `one place ${plant.id}`;
  const payees = Array.from({ length: draw.whole(3, 7) }, () =>
    addPayee(year, at - draw.number(1, 60) * DAY, { destination }),
  );
  addBatch(year, at, [{ payee: draw.pick(payees), amountMinor: draw.whole(500, 50_000) }], {
    by: BY,
    plant,
  });
};

const velocity: PlantOne = (year) => {
  const { draw } = year;
  const at = year.plantTime();
  const plant = plantAt(year, 'velocity', at);
  const usualMinor = draw.whole(2_000, 6_000);
  const payee = paidPayee(year, at, usualMinor);
  if (draw.chance(0.5)) {
    const amountMinor = Math.round(usualMinor * 1.1 * draw.number(3.2, 15));
    addBatch(year, at, [{ payee, amountMinor }], { by: BY, plant });
    return;
  }
  const payouts = draw.whole(6, 10);
  for (let number = 0; number < payouts; number += 1) {
    addBatch(year, at + number * 2 * HOUR, [{ payee, amountMinor: 200 + number }], {
      by: BY,
      plant,
    });
  }
};

const structuring: PlantOne = (year) => {
  const { draw } = year;
  const at = year.plantTime();
  const plant = plantAt(year, 'structuring', at);
  const destination = `split place ${plant.id}`;
  // To one affiliate, or over two with one account.
  const one = addPayee(year, BEGIN, { destination });
  const payees = draw.chance(0.4) ? [one, addPayee(year, BEGIN, { destination })] : [one];
  const payments = draw.whole(3, 6);
  for (let number = 0; number < payments; number += 1) {
    const amountMinor = draw.whole(THRESHOLD * 0.9, THRESHOLD);
    addBatch(year, at + number * 4 * HOUR, [{ payee: draw.pick(payees), amountMinor }], {
      by: BY,
      plant,
    });
  }
};

const lookAlike: PlantOne = (year) => {
  const { draw } = year;
  const at = year.plantTime();
  const plant = plantAt(year, 'look_alike', at);
  const amountMinor = draw.whole(1_000, 80_000);
  const payee = paidPayee(year, at, amountMinor);
  addBatch(year, at, [{ payee, amountMinor }], { by: BY, plant });
  addBatch(year, at + draw.number(0.1, 23.8) * HOUR, [{ payee, amountMinor }], { by: BY, plant });
};

const providerFailures: PlantOne = (year) => {
  const { draw } = year;
  const at = year.plantTime();
  const plant = plantAt(year, 'provider_failures', at);
  const payments = draw.whole(25, 80);
  const items = Array.from({ length: payments }, () => ({
    payee: addPayee(year, at - DAY),
    amountMinor: draw.whole(500, 50_000),
  }));
  const made = addBatch(year, at, items, { by: BY, history: true });
  const inARow = draw.chance(0.4);
  const first = draw.whole(0, payments - 8);
  const length = draw.whole(5, 8);
  const share = draw.number(0.22, 0.7);
  const ends = items.map((_, place) => {
    if (inARow) return place >= first && place < first + length ? 'invalid' : 'COMPLETED';
    return place < Math.ceil(payments * share) ? 'FAILED' : 'COMPLETED';
  });
  endBatch(year, at + HOUR, made, ends, plant);
};

const webhookAttack: PlantOne = (year) => {
  const { draw } = year;
  const at = year.plantTime() + draw.number(0, 50) * MINUTE;
  const plant = plantAt(year, 'webhook_attack', at);
  const provider = draw.pick(['stripe', 'xendit']);
  if (draw.chance(0.3)) {
    year.add('cases', at, {
      id: year.id('case', at),
      kind: 'contradiction',
      severity: 'critical',
      status: 'OPEN',
      subject: `${year.id('payment', at)}:1`,
      summary: 'An event tells SETTLED; the provider itself says FAILED.',
      provider,
      details: {},
      created_at: iso(at),
    });
  } else {
    const forged = draw.whole(3, 12);
    for (let number = 0; number < forged; number += 1)
      rejection(year, provider, at - number * 20_000);
  }
  year.judge({ at, plant, kind: 'webhooks', provider });
};

const rejection = (year: Year, provider: string, at: number): void =>
  year.audit(at, 'webhook.rejected', `provider:${provider}`, {
    details: { provider, reason: 'bad_signature', count: 1 },
  });

/** An event now and then whose signature does not fit, as after a secret was changed. */
export function benignWebhooks(year: Year): void {
  for (let day = 0; day < 364; day += 1) {
    for (let number = year.draw.count(2); number > 0; number -= 1) {
      const at = BEGIN + (day + year.draw.number(0, 1)) * DAY;
      const provider = year.draw.pick(['stripe', 'xendit', 'mock']);
      rejection(year, provider, at);
      year.judge({ at, plant: null, kind: 'webhooks', provider });
    }
  }
}

const raisedLimits: PlantOne = (year) => {
  const { draw } = year;
  const at = year.plantTime();
  const plant = plantAt(year, 'raised_limits', at);
  const programmeId = year.id('programme', BEGIN);
  const ruleId = year.id('rule', BEGIN);
  const raised = at - draw.number(0.1, 23.8) * HOUR;
  year.add('payout_rules', BEGIN, {
    id: ruleId,
    programme_id: programmeId,
    created_by: BY,
    created_at: iso(BEGIN),
  });
  const bps = draw.whole(500, 2_000);
  const raisedTerms = draw.chance(0.5) ? termsOf(bps + 100, 50_000) : termsOf(bps, 90_000);
  const steps = [
    { version: 1, at: BEGIN, to: iso(raised), terms: termsOf(bps, 50_000) },
    { version: 2, at: raised, to: null, terms: raisedTerms },
  ];
  for (const { version, at: from, to, terms } of steps) {
    const when = { effective_from: iso(from), effective_to: to, created_at: iso(from) };
    year.add('payout_rule_versions', from, {
      rule_id: ruleId,
      version,
      terms,
      created_by: BY,
      ...when,
    });
  }
  const usualMinor = draw.whole(10_000, 90_000);
  for (let week = 1; week < 6; week += 1) {
    addBatch(year, at - week * 7 * DAY, [], {
      by: BY,
      history: true,
      programmeId,
      totalMinor: usualMinor,
    });
  }
  const totalMinor = Math.round(usualMinor * draw.number(1.6, 9));
  addBatch(year, at, [], { by: BY, plant, programmeId, totalMinor });
};

const termsOf = (bps: number, maximum: number) => ({
  commission: [{ currency: 'USD', rate: { kind: 'percentage', bps } }],
  payout: { maximums: [{ currency: 'USD', amount: maximum }] },
});

const conversionSpike: PlantOne = (year) => {
  const { draw } = year;
  const at = year.plantTime() + 30 * MINUTE;
  const plant = plantAt(year, 'conversion_spike', at);
  const { id } = addPayee(year, BEGIN);
  const refunded = draw.chance(0.4) ? draw.number(0.4, 0.9) : 0;
  const days = draw.whole(14, 80);
  for (let day = 1; day <= days; day += 1) {
    addEarning(
      year,
      at - day * DAY - HOUR,
      id,
      draw.whole(900, 1_100),
      day / Math.min(days, 29) <= refunded,
    );
  }
  if (refunded === 0) {
    const sales = draw.whole(1, 8);
    const dayMinor = 1_100 * draw.number(5.2, 30);
    for (let sale = 0; sale < sales; sale += 1) {
      addEarning(year, at - (sale + 1) * 20 * MINUTE, id, Math.ceil(dayMinor / sales));
    }
  }
  year.judge({ at, plant, kind: 'earnings', payeeIds: [id] });
};

const PLANTS: readonly PlantOne[] = [
  changedDetails,
  newPayee,
  sharedDestination,
  velocity,
  structuring,
  lookAlike,
  providerFailures,
  webhookAttack,
  raisedLimits,
  conversionSpike,
];

/** So many attacks of each of the rules about money, providers and earnings. */
export function plantMoney(year: Year, ofEach: number): void {
  for (const plantOne of PLANTS) {
    for (let number = 0; number < ofEach; number += 1) plantOne(year);
  }
}
