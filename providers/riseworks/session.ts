import type { PrivateKeyAccount } from 'viem/accounts';
import type { CallResult, HttpCall, HttpPeer } from '../http.ts';
import { jwtSchema, readJson, siweSchema } from './wire.ts';

/** A call as a signed-in user; the session adds the headers. */
export type SignedInCall = Omit<HttpCall, 'headers'>;

/** Calls to Rise as the wallet's user. */
export interface Session {
  /**
   * Signs in where needed, and once more where the token is no longer accepted: a 401 that comes
   * back is final. Where signing in fails for the moment, the call was not sent.
   */
  call(request: SignedInCall): Promise<CallResult>;
}

type Login = { kind: 'token'; token: string } | { kind: 'failed'; result: CallResult };

const JSON_HEADERS = { 'content-type': 'application/json', accept: 'application/json' };
const NO_LOGIN: CallResult = { kind: 'not_sent', code: 'sign_in_failed' };

/**
 * A session by Sign-In with Ethereum (Rise's guide "authentication"). The token lives in memory only;
 * however many calls wait for one, one sign-in is under way.
 */
export function openSession(peer: HttpPeer, wallet: PrivateKeyAccount, riseId: string): Session {
  let token: string | null = null;
  let underWay: Promise<Login> | null = null;

  async function signedIn(refused: string | null): Promise<Login> {
    if (token !== null && token !== refused) return { kind: 'token', token };
    underWay ??= signIn(peer, wallet, riseId).finally(() => {
      underWay = null;
    });
    const login = await underWay;
    if (login.kind === 'token') token = login.token;
    return login;
  }

  const send = (request: SignedInCall, bearer: string) =>
    peer.call({ ...request, headers: { ...JSON_HEADERS, authorization: `Bearer ${bearer}` } });

  return {
    async call(request) {
      const login = await signedIn(null);
      if (login.kind === 'failed') return login.result;
      const result = await send(request, login.token);
      if (result.kind !== 'answered' || result.status !== 401) return result;
      const again = await signedIn(login.token);
      return again.kind === 'failed' ? again.result : send(request, again.token);
    },
  };
}

async function signIn(peer: HttpPeer, wallet: PrivateKeyAccount, riseId: string): Promise<Login> {
  const query = `wallet=${wallet.address}&riseid=${riseId}`;
  const asked = await peer.call({
    method: 'GET',
    path: `/v2/auth/siwe?${query}`,
    headers: JSON_HEADERS,
  });
  if (asked.kind !== 'answered' || asked.status !== 200) return failed(asked);
  const message = readJson(siweSchema, asked.text)?.data.siwe ?? '';
  const [, nonce] = /^Nonce: (\S+)\s*$/m.exec(message) ?? [];
  // Only a message about this wallet is signed.
  if (!nonce || !message.toLowerCase().includes(wallet.address.toLowerCase())) {
    return { kind: 'failed', result: NO_LOGIN };
  }
  const sig = await wallet.signMessage({ message });
  const verified = await peer.call({
    method: 'POST',
    path: '/v2/auth/verify',
    headers: JSON_HEADERS,
    body: JSON.stringify({ message, sig, nonce }),
  });
  if (verified.kind !== 'answered' || verified.status >= 300) return failed(verified);
  const jwt = readJson(jwtSchema, verified.text)?.data.jwt;
  return jwt === undefined ? { kind: 'failed', result: NO_LOGIN } : { kind: 'token', token: jwt };
}

/** A sign-in that was refused is told as what it is about: the credentials, or the permission. */
function failed(result: CallResult): Login {
  const refused =
    result.kind === 'answered' && [400, 401, 403, 404, 422].includes(result.status)
      ? { ...result, status: result.status === 403 ? 403 : 401 }
      : NO_LOGIN;
  return { kind: 'failed', result: refused };
}
