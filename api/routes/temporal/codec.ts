import { z } from '@hono/zod-openapi';
import type { Payload } from '@temporalio/common';
import { DomainError } from '../../../domain/errors.ts';
import { PayloadUnreadable, type SealingCodec } from '../../../temporal/codec.ts';
import { CODEC_PATH } from '../../http/codec-origin.ts';
import { endpoint, json, jsonBody, newApp } from '../../http/endpoint.ts';

const PAYLOADS_MAX = 1_000;

const bytes = z
  .string()
  .max(4_000_000)
  .regex(/^[A-Za-z0-9+/]*={0,2}$/, 'is not base64');

const payloads = z
  .object({
    payloads: z
      .array(
        z.object({
          metadata: z.record(z.string().max(200), bytes).optional(),
          data: bytes.optional(),
        }),
      )
      .max(PAYLOADS_MAX),
  })
  .meta({ id: 'TemporalPayloads' });
type Payloads = z.infer<typeof payloads>;

const route = <Verb extends 'decode' | 'encode'>(verb: Verb, summary: string) =>
  endpoint({
    method: 'post',
    path: `${CODEC_PATH}/${verb}`,
    tags: ['Service'],
    summary,
    'x-permission': 'process',
    request: { body: jsonBody(payloads) },
    responses: { 200: json('The same payloads in the same order.', payloads) },
  });

/** Decrypts payloads for Temporal's Web UI and `temporal --codec-endpoint`. */
export const decodePayloads = newApp().openapi(
  route('decode', "Decrypt payloads, as Temporal's Web UI asks"),
  async (c) => {
    const { codec } = c.var.deps;
    const given = c.req.valid('json');
    return c.json(await through(codec, given, (each, all) => each.decode(all)), 200);
  },
);

/** Encrypts payloads that a person sends to a workflow from Temporal's Web UI. */
export const encodePayloads = newApp().openapi(
  route('encode', "Encrypt payloads, as Temporal's Web UI asks"),
  async (c) => {
    const { codec } = c.var.deps;
    const given = c.req.valid('json');
    return c.json(await through(codec, given, (each, all) => each.encode(all)), 200);
  },
);

/** Where nothing is encrypted, payloads come back as they are; an encrypted one cannot be read then. */
async function through(
  codec: SealingCodec | null,
  given: Payloads,
  run: (codec: SealingCodec, payloads: Payload[]) => Promise<Payload[]>,
): Promise<Payloads> {
  if (!codec) return given;
  try {
    const done = await run(codec, given.payloads.map(fromJson));
    return { payloads: done.map(toJson) };
  } catch (error) {
    if (!(error instanceof PayloadUnreadable)) throw error;
    throw new DomainError('payload_unreadable', `A payload cannot be read: ${error.message}.`);
  }
}

const fromJson = ({ metadata = {}, data }: Payloads['payloads'][number]): Payload => ({
  metadata: mapValues(metadata, (text) => Buffer.from(text, 'base64')),
  data: Buffer.from(data ?? '', 'base64'),
});

const toJson = ({ metadata, data }: Payload): Payloads['payloads'][number] => ({
  metadata: mapValues(metadata ?? {}, (value) => Buffer.from(value).toString('base64')),
  data: Buffer.from(data ?? []).toString('base64'),
});

const mapValues = <From, To>(record: Record<string, From>, map: (value: From) => To) =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
