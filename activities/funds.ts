import { formatMoney } from '../domain/money.ts';
import type { DuePayment } from '../db/queries/due-payments.ts';
import { ProviderError, type Provider } from '../providers/port.ts';
import type { Halt } from './handover.ts';

/** The chunks of a slice that can be paid, and why not the others. */
export interface Affordable {
  chunks: DuePayment[][];
  halt: Halt | null;
}

/**
 * Reads the balance before a slice, and cuts the slice where it ends. A provider that cannot be asked
 * right now stops nothing: it refuses by itself what it cannot pay. One that does not accept us halts
 * the batch before anything is sent.
 */
export async function affordable(provider: Provider, chunks: DuePayment[][]): Promise<Affordable> {
  const currency = chunks[0]?.[0]?.currency;
  if (currency === undefined) return { chunks, halt: null };
  try {
    return cut(chunks, await provider.balance(currency), currency);
  } catch (error) {
    const halt = error instanceof ProviderError ? haltFor(error) : null;
    return { chunks: halt ? [] : chunks, halt };
  }
}

/** Payments in doubt are not counted: their money may have left already. Deferred ones surely were not made. */
function cut(chunks: DuePayment[][], availableMinor: bigint, currency: string): Affordable {
  let leftMinor = availableMinor;
  for (const [index, payments] of chunks.entries()) {
    const unsent = payments.filter(
      ({ status, attempt_status }) => status === 'PENDING' || attempt_status === 'DEFERRED',
    );
    const wantedMinor = unsent.reduce((sum, { amount_minor }) => sum + amount_minor, 0n);
    if (wantedMinor > leftMinor) {
      const reason = `HALT insufficient_balance: the balance at the provider covers ${formatMoney(leftMinor, currency)} of the next ${formatMoney(wantedMinor, currency)}; top it up. The batch goes on by itself then, or when it is resumed.`;
      return { chunks: chunks.slice(0, index), halt: { cause: 'funds', reason } };
    }
    leftMinor -= wantedMinor;
  }
  return { chunks, halt: null };
}

function haltFor({ code, message }: ProviderError): Halt | null {
  if (code !== 'invalid_credentials' && code !== 'forbidden') return null;
  const cause = code === 'forbidden' ? 'forbidden' : 'credentials';
  const reason = `HALT ${code}: ${message}; mend that, then resume the batch.`;
  return { cause, reason };
}
