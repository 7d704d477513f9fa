import { weaknessOfText } from '../domain/secret-strength.ts';

/** A secret of a provider's, and the least length it may have at the real one. */
interface ProviderSecret {
  readonly variable: string;
  readonly charactersMin: number;
  /** Says `live` where real money is moved; what has none is always judged in full. */
  readonly mode?: string;
}

/** Every secret with which providers are called, and with which they prove that they call. */
export const PROVIDER_SECRETS: readonly ProviderSecret[] = [
  { variable: 'BURSAR_MOCK_API_KEY', charactersMin: 16 },
  { variable: 'BURSAR_MOCK_WEBHOOK_SECRET', charactersMin: 30 },
  { variable: 'BURSAR_GENERIC_SECRET', charactersMin: 8 },
  { variable: 'BURSAR_GENERIC_WEBHOOK_SECRET', charactersMin: 16 },
  { variable: 'BURSAR_STRIPE_SECRET_KEY', charactersMin: 24, mode: 'BURSAR_STRIPE_MODE' },
  { variable: 'BURSAR_STRIPE_WEBHOOK_SECRET', charactersMin: 24, mode: 'BURSAR_STRIPE_MODE' },
  { variable: 'BURSAR_XENDIT_CREDENTIALS', charactersMin: 24, mode: 'BURSAR_XENDIT_MODE' },
  { variable: 'BURSAR_RISEWORKS_WALLET_KEY', charactersMin: 64, mode: 'BURSAR_RISEWORKS_MODE' },
  { variable: 'BURSAR_RISEWORKS_WEBHOOK_SECRET', charactersMin: 16, mode: 'BURSAR_RISEWORKS_MODE' },
];

/** A plain line for each secret of a provider that is a placeholder or too weak; never a value. */
export function weakProviderSecrets(set: Readonly<Record<string, string>>): string[] {
  return PROVIDER_SECRETS.flatMap(({ variable, charactersMin, mode }) => {
    const text = set[variable];
    if (text === undefined) return [];
    const rehearsal = mode !== undefined && set[mode] !== 'live';
    const weakness = weaknessOfText(text, rehearsal ? 0 : charactersMin);
    return weakness === null ? [] : [`${variable}: ${weakness}`];
  });
}
