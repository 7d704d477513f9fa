import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { v7 } from 'uuid';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { makeId, paymentReference } from '../../domain/ids.ts';
import { readProvidersConfig } from '../../providers/config.ts';
import { descriptionSchema, type Description } from '../../providers/generic/description.ts';
import { makeGenericProvider } from '../../providers/generic/provider.ts';
import { parseExactly } from '../../providers/generic/reading.ts';
import { OrderUnfit, SEND_WINDOW_MS } from '../../providers/port.ts';
import { plainTools } from '../../providers/tools.ts';
import { startSimulator } from '../../simulator/server.ts';
import { describeProvider, type ProviderRig } from './contract.ts';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const example = path.join(import.meta.dirname, '../../examples/generic-payer.json');
const described = (given: Partial<Description> = {}): Description => ({
  ...descriptionSchema.parse(JSON.parse(readFileSync(example, 'utf8'))),
  ...given,
});
const newReference = () => paymentReference(makeId('payment', v7()), 1);

/** The example of the guide, over the simulator's plain provider. */
async function openRig(): Promise<ProviderRig> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'bursar-generic-'));
  const received: { headers: Headers; body: string }[] = [];
  const receiver = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const headers = Object.entries(request.headers).map(([name, value]): [string, string] => [
        name,
        String(value),
      ]);
      received.push({ headers: new Headers(headers), body: Buffer.concat(parts).toString('utf8') });
      response.end();
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const address = receiver.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const simulator = await startSimulator({
    port: 0,
    dataDir,
    webhookUrl: `http://127.0.0.1:${port}/webhooks`,
    webhookSecret: SECRET,
    apiKey: 'key',
  });
  const provider = makeGenericProvider(
    {
      description: described({ baseUrl: `${simulator.url}/mock` }),
      secret: 'key',
      webhookSecret: SECRET,
    },
    plainTools(),
  );
  const control = async (body: unknown) => {
    const answer = await fetch(`${simulator.url}/_sim/faults`, {
      method: 'POST',
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(await answer.text());
  };
  const known = { details: null, payeeName: 'Ada', groupId: 'group' };
  return {
    provider,
    newReference,
    accountRef: 'account-1',
    details: null,
    currency: 'USD',
    words: { limited: 'rate_limited', forbidden: 'forbidden', unknown: 'a_word_nobody_knows' },
    largest: { amountMinor: 9_007_199_254_740_991n, written: '9007199254740991' },
    signsBody: true,
    fail: (effect, when) =>
      control({
        seed: 1,
        rules: [{ when: { operation: 'submit', ...when }, probability: 1, ...effect }],
      }),
    heal: () => control({ seed: 1, rules: [] }),
    transfers: async () => {
      const answer = await fetch(`${simulator.url}/_sim/transfers?provider=mock`);
      const schema = z.object({ transfers: z.array(z.object({ reference: z.string() })) });
      return schema.parse(await answer.json()).transfers.map(({ reference }) => reference);
    },
    settledEvent: async () => {
      const reference = newReference();
      const order = { reference, accountRef: 'account-1', amountMinor: 500n, currency: 'USD' };
      await provider.submit([provider.prepare({ ...order, ...known })], {
        sendBeforeMs: performance.now() + SEND_WINDOW_MS,
      });
      await expect
        .poll(() => received.some(({ body }) => body.includes(reference)), {
          timeout: 10_000,
        })
        .toBe(true);
      const event = received.find(({ body }) => body.includes(reference));
      if (!event) throw new Error('the event is gone');
      return { ...event, reference };
    },
    close: async () => {
      await provider.close();
      await simulator.close();
      receiver.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

describeProvider('generic, by the example of the guide', openRig);

describe('a payer described by a file', () => {
  const provider = (given: Partial<Description> = {}) =>
    makeGenericProvider(
      { description: described(given), secret: 'key', webhookSecret: SECRET },
      plainTools(),
    );
  const order = {
    reference: newReference(),
    accountRef: 'a"b',
    amountMinor: 123_450n,
    currency: 'USD',
    payeeName: 'Ada',
    groupId: 'g',
  };

  test('amounts are written exactly, as the description says', () => {
    const body = {
      sum: '{amount}',
      note: 'pays {amount}',
      iban: '{details.iban}',
      to: '{account}',
    };
    const submit = { path: '/p', idempotencyHeader: 'k', body };
    const details = { iban: 'DE00' };
    const written = (amounts: Description['amounts']) =>
      provider({ submit, amounts }).prepare({ ...order, details }).body;
    expect(written('minor')).toBe('{"sum":123450,"note":"pays 123450","iban":"DE00","to":"a\\"b"}');
    expect(written('major')).toBe(
      '{"sum":1234.50,"note":"pays 1234.50","iban":"DE00","to":"a\\"b"}',
    );
    expect(written('major_text')).toContain('"sum":"1234.50"');
  });

  test('an account without a detail that the payer needs is unfit, and the detail is named', () => {
    const submit = { path: '/p', idempotencyHeader: 'k', body: { iban: '{details.iban}' } };
    expect(() => provider({ submit }).prepare({ ...order, details: null })).toThrow(OrderUnfit);
    expect(() => provider({ submit }).prepare({ ...order, details: null })).toThrow(/details.iban/);
  });

  test('numbers keep their digits when they are read', () => {
    expect(
      parseExactly('{"a":9007199254740993.10,"b":"1.0","c":[1,true,null],"d":"x\\"1"}'),
    ).toEqual({
      a: '9007199254740993.10',
      b: '1.0',
      c: ['1', true, null],
      d: 'x"1',
    });
    expect(parseExactly('{"a":01}')).toBeUndefined();
    expect(parseExactly('<html>')).toBeUndefined();
  });

  test('a wrong description is refused at the start, with the place and no value', () => {
    const read = (description: unknown) =>
      readProvidersConfig({
        BURSAR_GENERIC_DESCRIPTION: JSON.stringify(description),
        BURSAR_GENERIC_WEBHOOK_SECRET: 'long enough',
      }).problems.join('\n');
    expect(read({ ...described(), amounts: 'cents' })).toMatch(/amounts/);
    expect(read({ ...described(), webhook: { ...described().webhook, signed: 'no' } })).toMatch(
      /webhook.signed: must contain \{body\}/,
    );
    expect(read('nothing')).toMatch(/the file/);
    expect(read(described())).toBe('');
    const problems = readProvidersConfig({ BURSAR_GENERIC_DESCRIPTION_FILE: '/nowhere' }).problems;
    expect(problems.join('\n')).toMatch(/BURSAR_GENERIC_DESCRIPTION_FILE: the file cannot be read/);
  });
});
