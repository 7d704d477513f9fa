/** The people of a first run: what one of them makes, the next one approves, and the last one only sees. */
export const CAST = [
  { part: 'maker', name: 'Mia Maker', email: 'maker@bursar.example', role: 'processor' },
  { part: 'approver', name: 'Abel Approver', email: 'approver@bursar.example', role: 'manager' },
  { part: 'viewer', name: 'Vera Viewer', email: 'viewer@bursar.example', role: 'viewer' },
] as const;

export type Part = (typeof CAST)[number]['part'];

/** Something for each of the cast. */
export const ofCast = <Value>(valueOf: (part: Part) => Value): Readonly<Record<Part, Value>> => ({
  maker: valueOf('maker'),
  approver: valueOf('approver'),
  viewer: valueOf('viewer'),
});

/** The story's own currency: what `npm start` pays and compares is in another one. */
export const CURRENCY = 'EUR';
/** What one euro is worth in the policy's currency; without a rate every amount is of high value. */
export const RATE = '1.08';

interface Payee {
  readonly name: string;
  readonly country: string;
  /** In euros. */
  readonly amount: string;
  readonly kyc?: 'PENDING';
  /** Where the simulator has to know this one. */
  readonly account?: string;
}

/** An account that the simulator refuses, and one whose answers it loses. */
export const BLOCKED_ACCOUNT = 'acct-story-blocked';
export const LOST_ACCOUNT = 'acct-story-lost';

/** Everybody that the story is about, by what becomes of them. */
export const PAYEES = {
  payable: [
    { name: 'Inês Cardoso', country: 'PT', amount: '184.20' },
    { name: 'Jonas Lindqvist', country: 'SE', amount: '312.75' },
    { name: 'Aoife Brennan', country: 'IE', amount: '96.40' },
    { name: 'Matteo Ricci', country: 'IT', amount: '540.00' },
  ],
  belowMinimum: [{ name: 'Petra Novak', country: 'SI', amount: '0.80' }],
  kycPending: [{ name: 'Theo Vasilakis', country: 'GR', amount: '128.90', kyc: 'PENDING' }],
  waiting: [
    { name: 'Camille Laurent', country: 'FR', amount: '410.00' },
    { name: 'Lukas Gruber', country: 'AT', amount: '275.35' },
    { name: 'Saara Virtanen', country: 'FI', amount: '198.10' },
  ],
  // One of twelve: a batch of which more than a tenth fails has failed itself.
  failed: [
    { name: 'Daan de Vries', country: 'NL', amount: '87.60' },
    { name: 'Elena Popescu', country: 'RO', amount: '143.15' },
    { name: 'Filip Horvat', country: 'HR', amount: '65.00', account: BLOCKED_ACCOUNT },
    { name: 'Greta Weiss', country: 'DE', amount: '221.80' },
    { name: 'Hugo Moreau', country: 'BE', amount: '59.95' },
    { name: 'Ida Sorensen', country: 'DK', amount: '104.40' },
    { name: 'Jakub Dvorak', country: 'CZ', amount: '76.25' },
    { name: 'Klara Szabo', country: 'HU', amount: '188.00' },
    { name: 'Liam Walsh', country: 'IE', amount: '51.70' },
    { name: 'Marta Kowalska', country: 'PL', amount: '132.90' },
    { name: 'Nuno Pereira', country: 'PT', amount: '95.35' },
    { name: 'Olga Petrova', country: 'BG', amount: '112.60' },
  ],
  inDoubt: [
    { name: 'Irene Santos', country: 'ES', amount: '172.30' },
    { name: 'Juhan Tamm', country: 'EE', amount: '118.45', account: LOST_ACCOUNT },
    { name: 'Katja Meyer', country: 'DE', amount: '93.00' },
  ],
} as const satisfies Record<string, readonly Payee[]>;

export type Fate = keyof typeof PAYEES;

/** What the addresses of all of them end in, by which they are found again. */
export const MAIL_HOST = '@story.example';

/** Affiliates and commissions of all of them, in the format of the importer. */
export function storyCsv(): { affiliates: string; commissions: string } {
  const everybody: Payee[] = Object.values(PAYEES).flat();
  const line = (cells: readonly string[]) => `${cells.join(',')}\n`;
  const affiliates = everybody.map(({ name, country, kyc = 'APPROVED', account }) => {
    const id = `story-${nameId(name)}`;
    return line([
      id,
      name,
      id + MAIL_HOST,
      country,
      CURRENCY,
      'mock',
      account ?? `acct-${id}`,
      kyc,
    ]);
  });
  const commissions = everybody.map(({ name, amount }) => {
    const id = `story-${nameId(name)}`;
    return line([`${id}-earned`, id, amount, CURRENCY, 'APPROVED', '2026-10-20', 'Course sales']);
  });
  return {
    affiliates: `external_id,full_name,email,country,currency,provider,account_ref,kyc_status\n${affiliates.join('')}`,
    commissions: `external_id,affiliate_external_id,amount,currency,status,earned_at,description\n${commissions.join('')}`,
  };
}

/** A name without accents, in small letters, with dashes. */
const nameId = (name: string): string =>
  name
    .normalize('NFD')
    .replaceAll(/[^A-Za-z ]/g, '')
    .toLowerCase()
    .replaceAll(' ', '-');
