import { parseReference } from '../../domain/ids.ts';
import type { Transfer } from '../simulator-client.ts';

/** What a payment of ours says about itself. */
export interface PaymentFacts {
  readonly id: string;
  readonly status: string;
  readonly amount: bigint;
  readonly currency: string;
  /** Where the money was to go, sensitive numbers masked; null where the account changed since. */
  readonly destination: string | null;
}

/** One thing that the simulator's ledger and ours must agree in. */
export interface Finding {
  readonly id: string;
  readonly title: string;
  breaches: number;
  readonly examples: string[];
}

const EXAMPLES_MAX = 5;
/** States in which we do not know yet what the provider did; its ledger may be ahead of ours. */
const IN_FLIGHT = new Set(['PROCESSING', 'UNKNOWN']);

/** What the provider did for one payment, over all generations. */
interface Seen {
  settled: number;
  /** The settled transfer, or another one where none is settled. */
  transfer: Transfer;
}

/**
 * Holds every transfer of the provider against our payments by reference. Give it all transfers,
 * then all payments, then ask for the findings. Memory grows with the number of transfers only.
 */
export class LedgerJoin {
  readonly #seen = new Map<string, Seen>();
  readonly #perReference = makeFinding(
    'I1.sim.reference',
    'No reference has two settled transfers',
  );
  readonly #perPayment = makeFinding('I1.sim.payment', 'No payment has two settled transfers');
  readonly #paid = makeFinding('I5.sim.paid', 'Every COMPLETED payment has one settled transfer');
  readonly #same = makeFinding(
    'I5.sim.same',
    'Payment and settled transfer agree in amount, currency and recipient',
  );
  readonly #known = makeFinding('I5.sim.known', 'Every settled transfer has a COMPLETED payment');
  readonly #settledReferences = new Set<string>();
  /** Transfers and payments that were looked at, and payments whose end is not known yet. */
  readonly counts = { transfers: 0, payments: 0, inFlight: 0 };

  addTransfer(transfer: Transfer): void {
    const ours = parseReference(transfer.reference);
    if (ours === null) return;
    this.counts.transfers += 1;
    const settled = transfer.status === 'settled';
    if (settled) {
      if (this.#settledReferences.has(transfer.reference)) {
        note(this.#perReference, transfer.reference);
      }
      this.#settledReferences.add(transfer.reference);
    }
    const seen = this.#seen.get(ours.paymentId);
    if (seen === undefined) {
      this.#seen.set(ours.paymentId, { settled: settled ? 1 : 0, transfer });
    } else if (settled) {
      seen.settled += 1;
      seen.transfer = transfer;
    }
  }

  addPayment(payment: PaymentFacts): void {
    this.counts.payments += 1;
    const seen = this.#seen.get(payment.id);
    this.#seen.delete(payment.id);
    if (IN_FLIGHT.has(payment.status)) this.counts.inFlight += 1;
    const settled = seen?.settled ?? 0;
    if (settled > 1) note(this.#perPayment, `${payment.id} has ${settled}`);
    if (payment.status === 'COMPLETED') {
      if (seen === undefined || settled === 0) {
        note(this.#paid, `${payment.id}: the provider says ${seen?.transfer.status ?? 'nothing'}`);
      } else if (!agree(payment, seen.transfer)) {
        note(this.#same, payment.id);
      }
    } else if (settled > 0 && !IN_FLIGHT.has(payment.status)) {
      note(this.#known, `${payment.id} is ${payment.status}`);
    }
  }

  /** What was found; call it when everything was added. */
  findings(): Finding[] {
    for (const [paymentId, { settled }] of this.#seen) {
      if (settled > 0) note(this.#known, `${paymentId} is not in our database`);
    }
    return [this.#perReference, this.#perPayment, this.#paid, this.#same, this.#known];
  }
}

const makeFinding = (id: string, title: string): Finding => ({
  id,
  title,
  breaches: 0,
  examples: [],
});

function note(finding: Finding, example: string): void {
  finding.breaches += 1;
  if (finding.examples.length < EXAMPLES_MAX) finding.examples.push(example);
}

const agree = (payment: PaymentFacts, transfer: Transfer): boolean =>
  BigInt(transfer.amount) === payment.amount &&
  transfer.currency === payment.currency &&
  goesTo(transfer.recipient, payment.destination);

/** Of a masked number only the end is known here. */
function goesTo(recipient: string, destination: string | null): boolean {
  if (destination === null) return true;
  const mask = destination.lastIndexOf('•');
  return mask < 0 ? recipient === destination : recipient.endsWith(destination.slice(mask + 1));
}
