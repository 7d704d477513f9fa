import { recoverTypedDataAddress } from 'viem';
import { describe, expect, test } from 'vitest';
import { draftOf, WALLET } from './riseworks-peer.ts';
import { PAYMENTS, user, useRise } from './riseworks-rig.ts';

const rise = useRise();
const { order, stage, stageOne, sign } = rise;

describe('stage', () => {
  test('the signature is recovered to the address of the wallet', async () => {
    const payments = [order(), order({ accountRef: user(1), amountMinor: 1n })];
    const { body, expiresAt } = await sign(payments);
    const { domain, types, primary_type, typed_data, signature, signer, ...asked } =
      JSON.parse(body);
    const recovered = await recoverTypedDataAddress({
      domain,
      types,
      primaryType: primary_type,
      message: typed_data,
      signature,
    });
    expect(recovered).toBe(WALLET.address);
    expect(signer).toBe(WALLET.address);
    expect(asked).toMatchObject({ from: 'te-abc123def456', pay_now: true, network: 'arbitrum' });
    expect(asked.to).toEqual(payments.map((payment) => JSON.parse(payment.body)));
    expect(asked.salt).toBe(typed_data.salt);
    expect(expiresAt.getTime()).toBe(Number(typed_data.expires) * 1_000);
  });

  const spoiled: [string, (draft: ReturnType<typeof draftOf>) => unknown][] = [
    [
      'another contract type',
      (draft) => ({ ...draft, domain: { ...draft.domain, name: 'USD Coin' } }),
    ],
    ['another primary type', (draft) => ({ ...draft, primary_type: 'Permit' })],
    [
      'a type that leaves the expiry out',
      ({ types, ...draft }) => ({
        ...draft,
        types: {
          ...types,
          CreatePaymentsForwardRequest: types.CreatePaymentsForwardRequest.filter(
            ({ name }) => name !== 'expires',
          ),
        },
      }),
    ],
    ['another chain', (draft) => ({ ...draft, domain: { ...draft.domain, chainId: 1 } })],
    [
      'another contract',
      (draft) => ({
        ...draft,
        domain: { ...draft.domain, verifyingContract: `0x${'cd'.repeat(20)}` },
      }),
    ],
    ['a payment more', (draft) => withData(draft, (data) => [...data, ...data.slice(0, 1)])],
    ['a payment less', (draft) => withData(draft, () => [])],
    [
      'another amount',
      (draft) => withData(draft, (data) => data.map((line) => ({ ...line, amount: '1234500000' }))),
    ],
    [
      'part of a cent',
      (draft) => withData(draft, (data) => data.map((line) => ({ ...line, amount: '123450001' }))),
    ],
    [
      'another user',
      (draft) => withData(draft, (data) => data.map((line) => ({ ...line, recipient: user(9) }))),
    ],
    ['an expiry in the past', (draft) => withMessage(draft, { expires: '1750492712' })],
    ['an expiry in a hundred years', (draft) => withMessage(draft, { expires: '4900000000' })],
    ['a number that lost digits', (draft) => withMessage(draft, { nonce: 2 ** 60 })],
    ['values that its types cannot hold', (draft) => withMessage(draft, { salt: 'no number' })],
  ];
  const withMessage = (draft: ReturnType<typeof draftOf>, more: Record<string, unknown>) => ({
    ...draft,
    typed_data: { ...draft.typed_data, ...more },
  });
  const withData = (
    draft: ReturnType<typeof draftOf>,
    change: (data: { recipient: string; amount: string }[]) => unknown,
  ) => withMessage(draft, { data: change(draft.typed_data.data) });

  test.each(spoiled)('does not sign a draft with %s', async (_what, spoil) => {
    rise.peer.answer(`POST ${PAYMENTS}`, ({ body }) => ({
      body: { success: true, data: spoil(draftOf(JSON.parse(body).to)) },
    }));
    expect(await stageOne()).toMatchObject({
      kind: 'HALT_BATCH',
      cause: 'forbidden',
      code: 'draft_mismatch',
    });
  });

  test('signs a draft whose lines are not shown, and one in cents', async () => {
    const shapes = [
      (line: { amount_cents: number }) => ({ amount_cents: line.amount_cents }),
      () => ({ hash: `0x${'00'.repeat(32)}` }),
    ];
    for (const shape of shapes) {
      rise.peer.answer(`POST ${PAYMENTS}`, ({ body }) => {
        const asked = JSON.parse(body).to;
        const draft = draftOf(asked, { data: asked.map(shape) });
        const [field] = Object.keys(shape(asked[0]));
        const type = field === 'hash' ? 'bytes32' : 'uint256';
        const types = { ...draft.types, Payment: [{ name: field, type }] };
        return { body: { success: true, data: { ...draft, types } } };
      });
      expect((await stage([order(), order()])).kind).toBe('signed');
    }
  });

  test('payments may come from the team’s account, whose address is asked for', async () => {
    const address = `0x${'ef'.repeat(20)}`;
    rise.peer.answer(`POST ${PAYMENTS}`, ({ body }) => ({
      body: { success: true, data: draftOf(JSON.parse(body).to, { from: address }) },
    }));
    const balance = (rise_account_address: string) => ({
      body: { success: true, data: { rise_account_address, balances: [] } },
    });
    rise.peer.answer('GET /v2/balance', { status: 503 });
    expect(await stageOne()).toMatchObject({ kind: 'RETRY_SAME_KEY', burnsRetry: false });
    rise.peer.answer('GET /v2/balance', balance(`0x${'12'.repeat(20)}`));
    expect(await stageOne()).toMatchObject({ kind: 'HALT_BATCH', code: 'draft_mismatch' });
    rise.peer.answer('GET /v2/balance', balance(address.toUpperCase().replace('X', 'x')));
    expect((await stage([order()])).kind).toBe('signed');
  });
});
