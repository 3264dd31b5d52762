/**
 * One request on its way through the house: what every step may need, what every reply says of
 * itself in its headers, and the one line that is logged at its end.
 */
import type { Accounting } from './accounting/accounting.ts';
import type { Catalogue } from './catalogue.ts';
import type { Config } from './config.ts';
import { GatewayError } from './core/error.ts';
import type { Dialect } from './core/protocol.ts';
import type { ReplyHead } from './core/upstream.ts';
import { clientAddress } from './http/client-address.ts';
import { jsonReply, type ReplyHeaders, streamReply, textReply } from './http/reply.ts';
import { type KeyRing, ownKey } from './keys/key-ring.ts';
import type { OpenShelf } from './kept-responses.ts';
import type { Metrics } from './metrics.ts';
import type { ModelMaps } from './model-maps.ts';
import type { Door } from './identify.ts';
import { ownLimitHeaders, poeLimitHeaders } from './limit-headers.ts';
import type { Beside, LogFields, Platform, Visit } from './platform.ts';
import type { Caller } from './policy/access.ts';
import type { Refusals } from './policy/refusals.ts';
import type { Spacing } from './policy/spacing.ts';
import type { Pool } from './keys/pool.ts';
import type { Uploads } from './uploads.ts';
import type { VerifiedKeys } from './verified-keys.ts';

/** Of a fact in the log line, in UTF-16 code units. */
const LONGEST_FACT = 200;

/** The request and its surroundings. */
export interface Context {
  readonly request: Request;
  readonly requestId: string;
  /** How the client is told of errors. */
  readonly dialect: Dialect;
  readonly config: Config;
  readonly platform: Platform;
  readonly catalogue: Catalogue;
  readonly refusals: Refusals;
  readonly uploads: Uploads;
  /** Where calls to Poe have to wait for their turn. */
  readonly spacing: Spacing | undefined;
  readonly openShelf: OpenShelf;
  readonly verifiedKeys: VerifiedKeys;
  readonly modelMaps: ModelMaps;
  readonly accounting: Accounting;
  /** Where somebody may see them. */
  readonly metrics: Metrics | undefined;
  /**
   * Who calls; asked once, and counted against what they may.
   *
   * @throws {GatewayError} `unauthenticated`, `rate-limited`
   */
  identify(): Promise<Caller>;
  /** Another secret than a token was shown: see {@link Door.watch}. */
  watch(name: string, isRight: boolean): Promise<void>;
  /** Whose keys pay for one answer. @param conversation Tells it from others, for Poe's cache. */
  keysOf(caller: Caller, conversation: string): KeyRing;
  readonly beside: Beside;
  /** Asked all day by machines: if it goes well, only `debug` logs it. */
  routine(): void;
  /** Facts for the log line, added as they become known. */
  note(fields: LogFields): void;
  /** Poe has begun to reply. */
  heardFromPoe(reply: ReplyHead): void;
  /**
   * A mistake of ours: the log has it, the client gets the id to find it by. A stack that ran over
   * is the request's fault: only recursion into what it holds goes that deep.
   */
  unexpected(cause: unknown): GatewayError;
  /** A reply of JSON, with the headers that every reply has. */
  json(status: number, body: unknown, headers?: ReplyHeaders): Response;
  /** A reply of text. */
  text(status: number, body: string, headers?: ReplyHeaders): Response;
  /** A streamed reply: it ends later than it leaves, and the log line waits for `finishStreaming`. */
  stream(contentType: string, body: ReadableStream<Uint8Array>, headers?: ReplyHeaders): Response;
  /** The reply has left. Logs the request, once; does nothing while a stream is open. */
  finish(status: number): void;
  /** The streamed reply has ended. */
  finishStreaming(outcome: string): void;
}

/** What outlives a request: one of each for an app. */
export type Surroundings = {
  readonly door: Door;
  readonly pool: Pool | undefined;
} & Pick<
  Context,
  | 'config'
  | 'platform'
  | 'catalogue'
  | 'refusals'
  | 'uploads'
  | 'spacing'
  | 'openShelf'
  | 'verifiedKeys'
  | 'modelMaps'
  | 'accounting'
  | 'metrics'
>;

/** Starts the clock. */
export function createContext(
  request: Request,
  dialect: Dialect,
  surroundings: Surroundings,
  visit: Visit,
): Context {
  const { config, platform } = surroundings;
  const requestId = `req_${platform.randomId()}`;
  const startedAt = platform.now();
  const fields: Record<string, string | number | boolean | undefined> = {};
  const address = clientAddress(request.headers, config.clientAddressHeader) ?? visit.address;
  let hasToken = false;
  let limitHeaders: ReplyHeaders = {};
  let askedPoe = 0;
  let streaming = false;
  let isRoutine = false;
  let identifying: Promise<Caller> | undefined;
  surroundings.metrics?.begin();

  async function identify(): Promise<Caller> {
    const { headers } = request;
    const caller = await surroundings.door.identify({
      headers,
      address,
      beside,
      note,
      limited(taken) {
        limitHeaders = ownLimitHeaders(taken, dialect, platform.now());
      },
    });
    hasToken = caller.kind === 'token';
    return caller;
  }

  function beside(work: Promise<void>): void {
    visit.waitUntil?.(work);
  }

  function note(more: LogFields): void {
    // What the client made up may be of any length.
    for (const [name, value] of Object.entries(more))
      fields[name] = typeof value === 'string' ? value.slice(0, LONGEST_FACT) : value;
  }

  function log(status: number): void {
    const milliseconds = platform.now() - startedAt;
    surroundings.metrics?.end(fields, status, milliseconds);
    platform.log(isRoutine && status < 400 ? 'debug' : 'info', 'request', {
      request: requestId,
      method: request.method,
      address,
      ...fields,
      status,
      milliseconds,
      ...(askedPoe > 0 && { poeMilliseconds: askedPoe }),
    });
  }

  function ownHeaders(): ReplyHeaders {
    const gateway = platform.now() - startedAt - askedPoe;
    const timing =
      askedPoe > 0 ? `poe;dur=${askedPoe}, gateway;dur=${gateway}` : `gateway;dur=${gateway}`;
    const own = { 'x-request-id': requestId, 'server-timing': timing, ...limitHeaders };
    const { requestIdHeader } = dialect;
    return requestIdHeader === undefined ? own : { ...own, [requestIdHeader]: requestId };
  }

  return {
    config,
    platform,
    catalogue: surroundings.catalogue,
    refusals: surroundings.refusals,
    uploads: surroundings.uploads,
    spacing: surroundings.spacing,
    openShelf: surroundings.openShelf,
    verifiedKeys: surroundings.verifiedKeys,
    modelMaps: surroundings.modelMaps,
    accounting: surroundings.accounting,
    metrics: surroundings.metrics,
    request,
    requestId,
    dialect,
    identify: () => (identifying ??= identify()),
    watch: (name, isRight) => surroundings.door.watch(name, isRight, { address, beside }),
    keysOf: (caller, conversation) =>
      caller.kind === 'token' && surroundings.pool
        ? surroundings.pool.keysFor(conversation, beside)
        : ownKey(caller.credential),
    beside,
    routine() {
      isRoutine = true;
    },
    note,
    heardFromPoe(reply) {
      askedPoe = platform.now() - startedAt;
      if (!hasToken) limitHeaders = poeLimitHeaders(reply);
    },
    unexpected(cause) {
      if (cause instanceof RangeError && /call stack/i.test(cause.message))
        return new GatewayError('invalid-request', 'The request is nested too deeply.');
      const stack = cause instanceof Error ? cause.stack : String(cause);
      platform.log('error', 'Poeway failed', { request: requestId, stack });
      const words = `Poeway failed on this request; its log has the reason under ${requestId}.`;
      return new GatewayError('internal', words);
    },
    json: (status, body, headers) =>
      jsonReply(platform.Response, status, body, { ...ownHeaders(), ...headers }),
    text: (status, body, headers) =>
      textReply(platform.Response, status, body, { ...ownHeaders(), ...headers }),
    stream(contentType, body, headers) {
      streaming = true;
      return streamReply(platform.Response, contentType, body, { ...ownHeaders(), ...headers });
    },
    finish(status) {
      if (!streaming) log(status);
    },
    finishStreaming(outcome) {
      fields['outcome'] = outcome;
      log(200);
    },
  };
}
