const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('sv-SE', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  formats.set(zone, made);
  return made;
}

/** The same questions are asked of the same instants again and again. */
function remembered<Key, Answer>(work: (zone: string, key: Key) => Answer) {
  const known = new Map<string, Map<Key, Answer>>();
  return (zone: string, key: Key): Answer => {
    const ofZone = known.get(zone) ?? new Map<Key, Answer>();
    known.set(zone, ofZone);
    const answer = ofZone.get(key) ?? work(zone, key);
    ofZone.set(key, answer);
    return answer;
  };
}

/** The day that the clocks of a zone show, by JavaScript's own knowledge of zones. */
export const dayIn = remembered((zone, at: number): string => formatOf(zone).format(at));

/** The first instant whose day in the zone is that one, or a later one: found by trying. An instant is itself. */
export const beginOf = remembered((zone, day: string): number => {
  if (day.includes('T')) return Date.parse(day);
  const about = Date.parse(`${day}T00:00:00Z`);
  let [low, high] = [about - 86_400_000, about + 86_400_000];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (formatOf(zone).format(middle) < day) low = middle;
    else high = middle;
  }
  return high;
});

export const nextDay = (day: string): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);

/** The first day of the day, week or month that a day is in; weeks begin on Monday. */
export function bucketOf(day: string, grain: string): string {
  if (grain === 'month') return `${day.slice(0, 7)}-01`;
  if (grain === 'day') return day;
  const at = new Date(`${day}T00:00:00Z`);
  const sinceMonday = (at.getUTCDay() + 6) % 7;
  return new Date(at.getTime() - sinceMonday * 86_400_000).toISOString().slice(0, 10);
}

/** Every bucket between two days, the second not included. */
export function bucketsBetween(from: string, to: string, grain: string): string[] {
  const buckets = new Set<string>();
  for (let day = from; day < to; day = nextDay(day)) buckets.add(bucketOf(day, grain));
  return [...buckets];
}
