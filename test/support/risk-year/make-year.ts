import { drawFrom, type Draw } from './draw.ts';
import { benignEarnings, benignPayouts } from './money.ts';
import { benignPeople, makePeople } from './people.ts';
import { benignWebhooks, plantMoney } from './plant-money.ts';
import { plantPeople } from './plant-people.ts';
import { BEGIN, DAY, iso, Year } from './year.ts';

/** A year of an ordinary shop, with so many attacks of each rule in it; the same seed makes the same year. */
export function makeYear(seed: number, plantsOfEach: number): Year {
  const year = new Year(drawFrom(seed));
  const { people, keys } = makePeople(year);
  addRates(year, year.draw);
  // First the attacks: whom they borrow does nothing else meanwhile.
  plantPeople(year, people, plantsOfEach);
  plantMoney(year, plantsOfEach);
  benignPeople(year, people, keys);
  benignPayouts(year, people, keys);
  benignEarnings(year);
  benignWebhooks(year);
  return year;
}

/** What one euro was worth, by month. */
function addRates(year: Year, draw: Draw): void {
  for (let month = -1; month < 13; month += 1) {
    const at = Math.max(BEGIN, BEGIN + month * 30 * DAY);
    year.add('currency_rates', at, {
      currency: 'EUR',
      day: iso(BEGIN + month * 30 * DAY).slice(0, 10),
      base_currency: 'USD',
      rate: draw.number(1.02, 1.15).toFixed(4),
      created_by: 'system',
      created_at: iso(at),
    });
  }
}
