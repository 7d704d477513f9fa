import { formatMoney } from '../domain/money.ts';
import type { DuePayment } from '../db/queries/due-payments.ts';
import { ProviderError, type Provider } from '../providers/port.ts';
import type { Handover } from './handover.ts';

/** What a slice may still spend, by the balance at its start. */
export interface Funds {
  /** Sets the money for a chunk aside; a halt where it does not suffice, or nothing can be paid at all. */
  take(payments: readonly DuePayment[]): Handover | null;
}

/**
 * Reads the balance before a slice. A provider that cannot be asked right now stops nothing: it refuses
 * by itself what it cannot pay. One that does not accept us halts the batch before anything is sent.
 */
export async function openFunds(provider: Provider, currency: string | undefined): Promise<Funds> {
  if (currency === undefined) return { take: () => null };
  try {
    const left = { minor: await provider.balance(currency) };
    return { take: (payments) => spend(left, payments) };
  } catch (error) {
    const halt = error instanceof ProviderError ? haltFor(error) : null;
    return { take: () => halt };
  }
}

/** Payments in doubt are not counted: their money may have left already. */
function spend(left: { minor: bigint }, payments: readonly DuePayment[]): Handover | null {
  const unsent = payments.filter(({ status }) => status === 'PENDING');
  const wanted = unsent.reduce((sum, { amount_minor }) => sum + amount_minor, 0n);
  const currency = payments[0]?.currency;
  if (wanted <= left.minor || currency === undefined) {
    left.minor -= wanted;
    return null;
  }
  const reason = `HALT insufficient_funds: the balance at the provider covers ${formatMoney(left.minor, currency)} of the next ${formatMoney(wanted, currency)}; top it up. The batch goes on by itself then, or when it is resumed.`;
  return { handedOver: 0, inDoubt: 0, halt: { cause: 'funds', reason } };
}

function haltFor({ code, message }: ProviderError): Handover | null {
  if (code !== 'invalid_credentials' && code !== 'forbidden') return null;
  const cause = code === 'forbidden' ? 'forbidden' : 'credentials';
  const reason = `HALT ${code}: ${message}; mend that, then resume the batch.`;
  return { handedOver: 0, inDoubt: 0, halt: { cause, reason } };
}
