/**
 * The map of the simulated API. Everything that is not here is Poe's 404; the simulator's own
 * doors (`/_sim/…`) are in `control.ts`.
 */
import type { Call, Endpoint } from './call.ts';
import { chatCompletions } from './chat/endpoint.ts';
import { failureReply, unknownPath } from './failure.ts';
import { createMessage } from './messages/endpoint.ts';
import { listModels } from './models/endpoint.ts';
import { queryBot } from './native/endpoint.ts';
import { createResponse } from './responses/endpoint.ts';
import { uploadFile } from './upload/endpoint.ts';
import { currentBalance, pointsHistory } from './usage/endpoint.ts';
import type { Reply } from './wire/reply.ts';

/** Poe allows browsers these two headers and no other. */
const CORS = {
  'access-control-allow-origin': '*',
  'access-control-allow-headers': 'Authorization, Content-Type',
} as const;

type Route = readonly [method: string, path: RegExp, endpoint: Endpoint];

const ROUTES: readonly Route[] = [
  ['GET', /^\/v1\/models$/, listModels],
  ['POST', /^\/v1\/chat\/completions$/, chatCompletions],
  ['POST', /^\/v1\/responses$/, createResponse],
  ['POST', /^\/v1\/messages$/, createMessage],
  ['POST', /^\/bot\/[^/]+$/, queryBot],
  ['POST', /^\/poe_api\/file_upload_3RD_PARTY_POST$/, uploadFile],
  ['GET', /^\/usage\/current_balance$/, currentBalance],
  ['GET', /^\/usage\/points_history$/, pointsHistory],
];

const preflight: Endpoint = () => ({
  status: 204,
  headers: { 'access-control-allow-methods': 'GET, POST, OPTIONS' },
  writes: [],
});

function endpointFor({ method, url }: Call): Endpoint {
  if (method === 'OPTIONS') return preflight;
  const route = ROUTES.find(([verb, path]) => verb === method && path.test(url.pathname));
  return route?.[2] ?? (() => failureReply(unknownPath(method, url.pathname)));
}

/** The reply to a call, with the headers that Poe puts on all of them. */
export function answer(call: Call): Reply {
  const started = performance.now();
  const reply = endpointFor(call)(call);
  call.expenses.note(call, reply);
  const spent = Math.ceil(performance.now() - started + (reply.startAfter ?? 0));
  return {
    ...reply,
    headers: {
      ...CORS,
      ...(Number.isFinite(spent) && { 'openai-processing-ms': String(spent) }),
      'openai-version': '2020-10-01',
      ...reply.headers,
    },
  };
}
