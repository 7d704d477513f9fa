import type { OpenAPIHono } from '@hono/zod-openapi';
import { hc, type ClientResponse } from 'hono/client';
import type { SuccessStatusCode } from 'hono/utils/http-status';
import type { UnionToIntersection } from 'hono/utils/types';
import type { Env, Hono, Schema } from 'hono';
import type {
  PayeeRoutes,
  AuthRoutes,
  BatchRoutes,
  PaymentRoutes,
  ServiceRoutes,
} from './routes.ts';
import { send } from './http.ts';

/** The schema that a route app of the API carries in its type. */
type SchemaOf<App> =
  App extends OpenAPIHono<infer _Env, infer Schema, infer _Base> ? Schema : never;

/** Several route apps as one, so that a client can be typed by them. */
export type Group<Apps> =
  UnionToIntersection<SchemaOf<Apps>> extends infer Merged extends Schema
    ? Hono<Env, Merged>
    : never;

/** How every client sends. */
export const clientOptions = { fetch: send };

/** A client for each group keeps the types small; what they send is the same. */
export const authApi = hc<Group<AuthRoutes>>('/', clientOptions).api;
export const batchApi = hc<Group<BatchRoutes>>('/', clientOptions).api.disbursement;
export const paymentApi = hc<Group<PaymentRoutes>>('/', clientOptions).api.disbursement;
export const payeeApi = hc<Group<PayeeRoutes>>('/', clientOptions).api.disbursement;
export const serviceApi = hc<Group<ServiceRoutes>>('/', clientOptions).api.disbursement;

/** What a call answers where it succeeds. */
type Success<Answer> =
  Answer extends ClientResponse<infer Body, infer Status, infer _Format>
    ? Status extends SuccessStatusCode
      ? Body
      : never
    : never;

/** The JSON of a call; refusals have been thrown by then. */
export async function answerOf<Answer extends ClientResponse<unknown, number>>(
  call: Promise<Answer>,
): Promise<Success<Answer>> {
  const answer = await call;
  return (await answer.json()) as Success<Answer>;
}

/** The body that a call answers, for naming parts of it. */
export type AnswerOf<Call extends (...args: never[]) => Promise<unknown>> = Success<
  Awaited<ReturnType<Call>>
>;

/** Options of a call that is carried out once. */
export interface Once {
  headers: { 'idempotency-key': string };
}

/** A header under which the API carries a call out once, however often it is sent. */
export const idempotencyKey = (): Once => ({
  headers: { 'idempotency-key': crypto.randomUUID() },
});
