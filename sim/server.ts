/**
 * Starts and stops the simulator: a `node:http` server that reads a request, logs it, and plays
 * the reply that `routes.ts` makes of it. Knows sockets; knows nothing of bots.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { bearerKey, Callers } from './auth.ts';
import type { Call } from './call.ts';
import { controlReply } from './control.ts';
import { readBody, type RequestBody } from './request-body.ts';
import { RequestLog, type RecordedRequest } from './request-log.ts';
import { answer } from './routes.ts';
import { Uploads } from './upload/store.ts';
import { Expenses } from './usage/expenses.ts';
import { play } from './wire/play.ts';
import { jsonReply, type Reply } from './wire/reply.ts';

export type { RecordedRequest } from './request-log.ts';

/** A running simulator. */
export interface Simulator {
  /** `http://127.0.0.1:PORT`, no slash at the end. */
  readonly url: string;
  /** The last thousand requests, oldest first. */
  readonly requests: readonly RecordedRequest[];
  /** Forgets the log. */
  clear(): void;
  /**
   * Resolves when a logged request satisfies the predicate, checked when it arrives and when its
   * outcome changes; rejects after `timeoutMs` (3000) with a message that lists the log.
   */
  waitFor(
    predicate: (request: RecordedRequest) => boolean,
    timeoutMs?: number,
  ): Promise<RecordedRequest>;
  /** Stops listening and ends open sockets too. */
  close(): Promise<void>;
}

/** How a simulator differs from the ordinary one. */
interface Options {
  readonly port?: number;
  readonly host?: string;
  /** Milliseconds before the reply with the model list begins. */
  readonly modelsAfter?: number;
  /** Bytes above which an upload is too large; Poe's own limit is unknown, so there is none. */
  readonly uploadLimit?: number;
}

/** All that one simulator remembers. */
interface State {
  readonly log: RequestLog;
  readonly callers: Callers;
  readonly uploads: Uploads;
  readonly expenses: Expenses;
  readonly options: Options;
}

const DEFAULT_WAIT = 3_000;

/** Enough for the thousand streams of a benchmark that open at once. */
const BACKLOG = 4_096;

function headersOf(request: IncomingMessage): Readonly<Record<string, string>> {
  const entries = Object.entries(request.headers);
  return Object.fromEntries(entries.map(([name, value]) => [name, String(value)]));
}

function recorded(request: IncomingMessage, body: unknown): RecordedRequest {
  return {
    method: request.method ?? '',
    path: request.url ?? '',
    headers: headersOf(request),
    body,
    receivedAt: Date.now(),
    outcome: 'open',
  };
}

function callOf(
  request: IncomingMessage,
  body: unknown,
  { callers, uploads, expenses }: Pick<State, 'callers' | 'uploads' | 'expenses'>,
): Call {
  const { authorization } = request.headers;
  return {
    method: request.method ?? '',
    url: new URL(request.url ?? '/', 'http://simulator'),
    key: bearerKey(authorization),
    authorization,
    headers: headersOf(request),
    body,
    callers,
    uploads,
    expenses,
  };
}

/** A mistake in the simulator is shown to whoever asked, not taken for one of Poe's errors. */
function mistake(error: unknown): Reply {
  const message = error instanceof Error ? error.stack : String(error);
  return jsonReply({ simulator_mistake: message }, 500);
}

function replyTo(call: Call, { modelsAfter = 0 }: Options): Reply {
  try {
    const reply = answer(call);
    return call.url.pathname === '/v1/models' ? { ...reply, startAfter: modelsAfter } : reply;
  } catch (error) {
    return mistake(error);
  }
}

async function serve(
  state: State,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { log, options } = state;
  const left = new AbortController();
  response.once('close', () => left.abort());

  let body: RequestBody;
  try {
    body = await readBody(request);
  } catch (error) {
    // As a rule the client left during its own upload; the log shows that it came.
    log.add({ ...recorded(request, undefined), outcome: 'aborted' });
    if (request.complete) await play(mistake(error), response, left.signal);
    return;
  }

  const call = callOf(request, body.value, state);
  const control = controlReply(call, log);
  if (control) {
    await play(control, response, left.signal);
    return;
  }
  const entry = recorded(request, body.logged);
  response.once('finish', () => log.settle(entry, 'finished'));
  left.signal.addEventListener('abort', () => log.settle(entry, 'aborted'));
  log.add(entry);
  await play(replyTo(call, options), response, left.signal, () => log.settle(entry, 'finished'));
}

/** Starts a simulator; without a port on a free one. */
export async function startSimulator(options: Options = {}): Promise<Simulator> {
  const { port = 0, host = '127.0.0.1' } = options;
  const log = new RequestLog();
  const uploads = new Uploads(options.uploadLimit);
  const state: State = {
    log,
    callers: new Callers(),
    uploads,
    expenses: new Expenses(),
    options,
  };
  const server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
    void serve(state, request, response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, BACKLOG, resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port was assigned');

  return {
    url: `http://127.0.0.1:${address.port}`,
    requests: log.entries,
    clear: () => log.clear(),
    waitFor: (predicate, timeoutMs = DEFAULT_WAIT) => log.waitFor(predicate, timeoutMs),
    close: () =>
      new Promise((resolve, reject) => {
        log.close();
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
}
