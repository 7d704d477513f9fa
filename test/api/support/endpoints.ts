import { expect } from 'vitest';
import { z } from 'zod';
import { newId } from '../../../db/new-id.ts';
import { makeTargetCheck } from '../../../providers/targets.ts';
import { BASE, type Answer, type TestApi } from './test-api.ts';

export const PATH = '/webhook-endpoints';
export const URL_OF_SHOP = 'https://hooks.shop.example/events?token=1';

/** Names of the tests and where they lead; everything else leads nowhere. */
const NAMES: Record<string, readonly string[]> = {
  'hooks.shop.example': ['93.184.216.34', '2606:2800:220:1:248:1893:25c8:1946'],
  'inside.example': ['10.0.0.7'],
  'metadata.example': ['169.254.169.254'],
  'both.example': ['93.184.216.34', '127.0.0.1'],
  'mapped.example': ['::ffff:10.0.0.7'],
  localhost: ['127.0.0.1', '::1'],
};
/** The check of the product over these names. */
export const checkTarget = makeTargetCheck({ resolve: async (host) => NAMES[host] ?? [] });

/** What a refusal says, and about which field. */
export const refusal = (answer: Answer) => [
  answer.status,
  answer.at('error.code'),
  answer.at('error.details.0.path'),
];

/** What tests do with the endpoints of one API. */
export const endpointCalls = (api: TestApi) => ({
  made: async (body: Record<string, unknown> = {}) => {
    const answer = await api.post(PATH, { url: URL_OF_SHOP, ...body });
    expect([answer.status, answer.text]).toEqual([201, expect.any(String)]);
    return { id: String(answer.at('endpoint.id')), secret: String(answer.at('secret')), answer };
  },
  change: (id: string, json: unknown) => api.call('PATCH', `${BASE}${PATH}/${id}`, { json }),
  remove: (id: string) => api.call('DELETE', `${BASE}${PATH}/${id}`),
  /** The audit log of an endpoint, all of it by the same key. */
  actionsOn: async (id: string) => {
    const rows = await api.db.run(
      z.object({ action: z.string(), actor: z.string() }),
      "select action, actor from audit_logs where details ->> 'endpointId' = $1 order by id",
      [id],
    );
    return rows.map(({ action, actor }) => {
      expect(actor).toBe(`key:${api.keys.super_admin.id}`);
      return action;
    });
  },
  /** An event of a batch; every endpoint that listens at the moment gets it. */
  happen: async (type = 'payout.item.paid', batchId = 'bat_x') => {
    const id = newId('event');
    await api.db.run(
      z.unknown(),
      `insert into outbox_events (id, type, batch_id, payment_id, data) values ($1, $2, $3, 'pay_x', '{}')`,
      [id, type, batchId],
    );
    return id;
  },
  /** What waits for an endpoint has ended so. */
  finish: (endpointId: string, status: 'DELIVERED' | 'GIVEN_UP', tries: number) =>
    api.db.run(
      z.unknown(),
      `update event_deliveries set status = $2, tries = $3,
         delivered_at = case when $2 = 'DELIVERED' then now() end
       where endpoint_id = $1 and status = 'PENDING'`,
      [endpointId, status, tries],
    ),
  /** The events of a page of deliveries. */
  idsOf: async (id: string, query: string) =>
    (await api.get(`${PATH}/${id}/deliveries?${query}`))
      .list('deliveries')
      .map((each) => Reflect.get(Object(each), 'eventId')),
});
