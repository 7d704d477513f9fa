import { maskDetails, type Details } from '../domain/account-details.ts';
import { destinationOf, type AccountContent } from '../domain/account-destination.ts';
import { VaultError, type Vault } from './vault.ts';

/** The columns that hold an account's details; nothing of them is readable but the mask. */
export interface AccountColumns {
  detailsSealed: string | null;
  detailsMasked: Record<string, unknown> | null;
  channelCode: string | null;
  destinationIndex: string;
}

/** Encrypts what is kept of an account, bound to its id. */
export function sealContent(
  vault: Vault,
  id: string,
  provider: string,
  content: AccountContent,
): AccountColumns {
  const { destination, channelCode } = destinationOf(provider, content);
  const { details } = content;
  return {
    detailsSealed: details && vault.seal(id, JSON.stringify(details)),
    detailsMasked: details && maskDetails(details),
    channelCode,
    destinationIndex: vault.blindIndex(destination),
  };
}

interface StoredDetails {
  id: string;
  detailsSealed: string | null;
  details: Details | null;
}

/** The details of an account; `unreadable` where they cannot be opened with the keys of this process. */
export function openDetails(vault: Vault, row: StoredDetails): Details | null | 'unreadable' {
  if (row.detailsSealed === null) return row.details;
  try {
    return JSON.parse(vault.open(row.id, row.detailsSealed)) as Details;
  } catch (error) {
    if (error instanceof VaultError) return 'unreadable';
    throw error;
  }
}
