import { hash } from 'node:crypto';
import { hashTypedData, isAddress, isHex, recoverAddress } from 'viem/utils';
import { z } from 'zod';

const PRIMARY_TYPE = 'CreatePaymentsForwardRequest';
/** On chain a dollar has 6 decimals (USDC). */
const UNITS_PER_CENT = 10_000n;

// Name, version, chain and primary type are the documentation's; the fields of one payment are ours.
const DOMAIN = {
  name: 'RiseAccountForwarder',
  version: '1.0.0',
  chainId: 42_161,
  verifyingContract: addressOf('contract'),
} as const;
const TYPES = {
  CreatePaymentsForwardRequest: [
    { name: 'from', type: 'address' },
    { name: 'to', type: 'address' },
    { name: 'salt', type: 'uint256' },
    { name: 'expires', type: 'uint256' },
    { name: 'data', type: 'CreatePaymentsRequest[]' },
  ],
  CreatePaymentsRequest: [
    { name: 'id', type: 'uint256' },
    { name: 'recipient', type: 'address' },
    { name: 'amount', type: 'uint256' },
    { name: 'payAtTime', type: 'uint256' },
  ],
} as const;

const address = z.custom<`0x${string}`>(
  (value) => typeof value === 'string' && isAddress(value, { strict: false }),
);
const uint = z.union([z.int().min(0), z.string().regex(/^\d{1,78}$/)]).transform(String);
/** What is signed, its numbers as decimal text: JSON has none that large. */
export const messageSchema = z.object({
  from: address,
  to: address,
  salt: uint,
  expires: uint,
  data: z.array(z.object({ id: uint, recipient: address, amount: uint, payAtTime: uint })).min(1),
});
export type Message = z.infer<typeof messageSchema>;

export type Payable = { readonly to: string; readonly amountCents: number };

/** The message that pays these from the team's account: `salt` and `expires` (epoch seconds) as given. */
export function messageFor(
  team: string,
  payments: readonly Payable[],
  salt: string,
  expires: number,
): Message {
  return {
    from: addressOf(team),
    to: DOMAIN.verifyingContract,
    salt,
    expires: String(expires),
    data: payments.map(({ to, amountCents }, at) => ({
      id: String(at),
      recipient: addressOf(to),
      amount: String(BigInt(amountCents) * UNITS_PER_CENT),
      payAtTime: '0',
    })),
  };
}

/** Everything that a wallet needs to sign the message, as `POST /v2/payments` answers it. */
export function typedDataOf(message: Message) {
  return { domain: DOMAIN, types: TYPES, primary_type: PRIMARY_TYPE, typed_data: message };
}

/** The EIP-712 digest: what is signed, and what can be executed once. */
export function digestOf({ from, to, salt, expires, data }: Message): `0x${string}` {
  return hashTypedData({
    domain: DOMAIN,
    types: TYPES,
    primaryType: PRIMARY_TYPE,
    message: {
      from,
      to,
      salt: BigInt(salt),
      expires: BigInt(expires),
      data: data.map(({ id, recipient, amount, payAtTime }) => ({
        id: BigInt(id),
        recipient,
        amount: BigInt(amount),
        payAtTime: BigInt(payAtTime),
      })),
    },
  });
}

/** Who signed this digest; null where the signature is none. */
export async function signerOf(digest: `0x${string}`, signature: string): Promise<string | null> {
  if (!isHex(signature)) return null;
  return await recoverAddress({ hash: digest, signature }).catch(() => null);
}

/** An address on chain for whoever has this nanoid: always the same, and nobody's. */
export function addressOf(nanoid: string): `0x${string}` {
  return `0x${hash('sha256', nanoid, 'hex').slice(0, 40)}`;
}
