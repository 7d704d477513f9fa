import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { isAddress, isHex, recoverMessageAddress } from 'viem/utils';
import { z } from 'zod';
import type { Answer, Call, Prepared } from '../port.ts';
import { jsonIn, ok, Refusal, sentence } from './envelope.ts';

const NONCE_LIFETIME_MS = 5 * 60 * 1_000;
const TOKEN_SECONDS_DEFAULT = 3_600;

const text = z.string().min(1).max(10_000);
// The reference calls it `sig`, the guide `signature`.
const verifySchema = z.object({
  message: text,
  nonce: text,
  sig: text.optional(),
  signature: text.optional(),
});
const tokenSchema = z.object({ sub: z.string(), iat: z.int(), exp: z.int() });

export type LoginOptions = {
  /** Addresses of the wallets that may sign in. */
  readonly wallets: readonly string[];
  /** What tokens are signed with. */
  readonly secret: string;
  readonly tokenSeconds?: number | undefined;
};

/**
 * Sign-in with Ethereum (https://eips.ethereum.org/EIPS/eip-4361): a text with a nonce that counts
 * once, its signature by a wallet, a token for a while.
 */
export class Login {
  readonly #wallets: ReadonlySet<string>;
  readonly #secret: string;
  readonly #tokenSeconds: number;
  readonly #open = new Map<string, { readonly message: string; readonly untilMs: number }>();

  constructor({ wallets, secret, tokenSeconds = TOKEN_SECONDS_DEFAULT }: LoginOptions) {
    this.#wallets = new Set(wallets.map((wallet) => wallet.toLowerCase()));
    this.#secret = secret;
    this.#tokenSeconds = tokenSeconds;
  }

  /** `GET /v2/auth/siwe?wallet=&riseid=` */
  prepareMessage(call: Call): Prepared | Answer {
    const wallet = new URLSearchParams(call.query).get('wallet') ?? '';
    if (wallet === '') return sentence(400, 'Wallet address is required');
    if (!isAddress(wallet, { strict: false })) return sentence(400, 'Wallet address is invalid');
    return loggingIn(() => ok({ siwe: this.#newMessage(wallet) }));
  }

  /** `POST /v2/auth/verify` */
  async prepareVerify(call: Call): Promise<Prepared | Answer> {
    const body = verifySchema.safeParse(jsonIn(call.body));
    const signature = body.data?.sig ?? body.data?.signature;
    if (!body.success || signature === undefined || !isHex(signature)) {
      return sentence(400, 'Message, signature and nonce are required');
    }
    const { message, nonce } = body.data;
    const wallet = await recoverMessageAddress({ message, signature }).catch(() => null);
    return loggingIn(() => {
      if (wallet === null || !this.maySign(wallet)) return sentence(401, 'Invalid signature');
      const open = this.#open.get(nonce);
      this.#open.delete(nonce);
      const isGood = open?.message === message && open.untilMs > Date.now();
      return isGood ? ok({ jwt: this.#newToken(wallet) }) : sentence(401, 'Invalid nonce');
    });
  }

  /** Throws `Refusal` (401) unless the call carries a token of ours that has not expired. */
  mustBeIn({ headers }: Call): void {
    const token = /^Bearer (\S+)$/.exec(headers.authorization ?? '')?.[1];
    if (token === undefined || !this.#isGood(token)) throw new Refusal('UNAUTHORIZED');
  }

  maySign(wallet: string): boolean {
    return this.#wallets.has(wallet.toLowerCase());
  }

  #newMessage(wallet: string): string {
    const now = Date.now();
    for (const [nonce, { untilMs }] of this.#open) if (untilMs <= now) this.#open.delete(nonce);
    const nonce = randomBytes(12).toString('hex');
    const message = [
      'rise.works wants you to sign in with your Ethereum account:',
      wallet,
      '',
      'Sign in to the Rise B2B API.',
      '',
      'URI: https://rise.works',
      'Version: 1',
      'Chain ID: 42161',
      `Nonce: ${nonce}`,
      `Issued At: ${new Date(now).toISOString()}`,
    ].join('\n');
    this.#open.set(nonce, { message, untilMs: now + NONCE_LIFETIME_MS });
    return message;
  }

  #newToken(wallet: string): string {
    const iat = Math.floor(Date.now() / 1_000);
    const head = encoded({ alg: 'HS256', typ: 'JWT' });
    const claims = encoded({ sub: wallet, iat, exp: iat + this.#tokenSeconds });
    return `${head}.${claims}.${this.#sign(`${head}.${claims}`)}`;
  }

  #isGood(token: string): boolean {
    const [head = '', claims = '', signature = ''] = token.split('.');
    const expected = Buffer.from(this.#sign(`${head}.${claims}`));
    const given = Buffer.from(signature);
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return false;
    const read: unknown = JSON.parse(Buffer.from(claims, 'base64url').toString('utf8'));
    return tokenSchema.parse(read).exp * 1_000 > Date.now();
  }

  #sign(content: string): string {
    return createHmac('sha256', this.#secret).update(content).digest('base64url');
  }
}

function loggingIn(perform: () => Answer): Prepared {
  return { operation: 'login', items: [], isBatch: false, perform };
}

function encoded(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
