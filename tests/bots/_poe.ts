/**
 * The whole house in one process: a simulated Poe, an app in front of it, and a client that reads a
 * chat answer the same way whether it was streamed or not.
 */
import { createApp, type App } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { nodePlatform } from '../../src/hosts/node-platform.ts';
import type { Platform } from '../../src/platform.ts';
import { type RecordedRequest, type Simulator, startSimulator } from '../../sim/server.ts';
import { UPLOAD_PATH } from '../../sim/upload/endpoint.ts';
import { learnRequest, searchOutput } from '../canaries.ts';

/** A tool call as the client got it. */
interface HeardCall {
  readonly id: string;
  readonly name: string;
  readonly arguments: string;
}

/** An answer as the client understood it. */
export interface Heard {
  readonly status: number;
  readonly headers: Headers;
  /** `x-poeway-upstream`. */
  readonly upstream: string | undefined;
  /** `x-poeway-ignored`, in its parts. */
  readonly ignored: readonly string[];
  readonly content: string;
  readonly reasoning: string;
  readonly refusal: string;
  readonly files: readonly unknown[];
  readonly calls: readonly HeardCall[];
  readonly finish: string | undefined;
  readonly usage: Readonly<Record<string, unknown>> | undefined;
  /** An HTTP error's, or the one that ended the stream. */
  readonly error: Readonly<Record<string, unknown>> | undefined;
  /** What each chunk of a stream said, for tests of what was said when. */
  readonly texts: readonly string[];
}

interface WireCall {
  readonly index?: number;
  readonly id?: string;
  readonly type?: string;
  readonly function: { readonly name?: string; readonly arguments?: string };
}

interface WireMessage {
  readonly content?: string | null;
  readonly reasoning_content?: string;
  readonly refusal?: string | null;
  readonly files?: readonly unknown[];
  readonly tool_calls?: readonly WireCall[];
}

interface WireReply {
  readonly error?: Record<string, unknown>;
  readonly usage?: Record<string, unknown> | null;
  readonly choices?: readonly {
    readonly delta?: WireMessage;
    readonly message?: WireMessage;
    readonly finish_reason: string | null;
  }[];
}

/** The app with settings of its own; Poe is the simulator. */
export interface Gateway {
  /** Asks for a chat completion. A text is the user's only message. */
  ask(model: string, body?: object | string, key?: string): Promise<Heard>;
  readonly app: App;
  /** Lets it learn Poe's model list, as its first requests would. */
  warm(): Promise<Gateway>;
}

/** A simulated Poe, and as many gateways in front of it as a test needs. */
export interface House {
  readonly poe: Simulator;
  /** A call that fails is not made again, unless the settings say so: most tests are about the failure. */
  gateway(settings?: Readonly<Record<string, string>>, platform?: Partial<Platform>): Gateway;
  /** What Poe was asked with this key, without its model list; oldest first. */
  asked(key: string): readonly RecordedRequest[];
  /** The bodies of what was uploaded with this key, oldest first. */
  uploads(key: string): readonly Record<string, unknown>[];
  close(): Promise<void>;
}

/** Shows a bot these content parts, with a word beside them. */
export function say(...parts: readonly object[]): object {
  return { messages: [{ role: 'user', content: [{ type: 'text', text: 'Read it.' }, ...parts] }] };
}

/** Shows them to the bot that says what it was given. */
export function askAttachments(
  gateway: Gateway,
  key: string,
  ...parts: readonly object[]
): Promise<Heard> {
  return gateway.ask('Attachments', say(...parts), key);
}

/** A picture by its address. */
export const image = (url: string): object => ({ type: 'image_url', image_url: { url } });

/** Starts the simulator. */
export async function startHouse(): Promise<House> {
  const poe = await startSimulator();
  const node: Platform = {
    ...nodePlatform('error'),
    log: (level, message, fields) =>
      searchOutput('the app', JSON.stringify([level, message, fields])),
  };
  const asked: House['asked'] = (key) =>
    poe.requests.filter(
      ({ path, headers }) =>
        path !== '/v1/models' && headers['authorization']?.replace('Bearer ', '') === key,
    );
  return {
    poe,
    gateway(settings = {}, platform = {}) {
      const usual = {
        POE_BASE_URL: poe.url,
        POE_UPLOAD_URL: `${poe.url}${UPLOAD_PATH}`,
        RETRIES: '0',
      };
      const app = createApp(readConfig({ ...usual, ...settings }), { ...node, ...platform });
      const gateway: Gateway = {
        app,
        ask: (model, body = {}, key) => ask(app, model, body, key),
        async warm() {
          const headers = { authorization: 'Bearer good-key' };
          await app.fetch(new Request('http://gateway/v1/models', { headers }));
          return gateway;
        },
      };
      return gateway;
    },
    asked,
    uploads: (key) =>
      asked(key)
        .filter(({ path }) => path === UPLOAD_PATH)
        .map(({ body }) => body as Record<string, unknown>),
    close: () => poe.close(),
  };
}

async function ask(
  app: App,
  model: string,
  body: object | string,
  key = 'good-key',
): Promise<Heard> {
  const content = typeof body === 'string' ? body : 'Hello there, world';
  const members = typeof body === 'string' ? {} : body;
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  const sent = JSON.stringify({ model, messages: [{ role: 'user', content }], ...members });
  learnRequest(new Headers(headers), sent);
  const url = 'http://gateway/v1/chat/completions';
  const request = new Request(url, { method: 'POST', headers, body: sent });
  return hear(await app.fetch(request));
}

/** Reads an answer to its end. */
export async function hear(response: Response): Promise<Heard> {
  const streamed = response.headers.get('content-type')?.includes('event-stream') === true;
  const text = await response.text();
  const replies = streamed ? frames(text) : [JSON.parse(text) as WireReply];
  const messages = replies.flatMap(
    ({ choices }) => choices?.[0]?.delta ?? choices?.[0]?.message ?? [],
  );
  const said = (field: 'content' | 'reasoning_content' | 'refusal'): string =>
    messages.map((message) => message[field] ?? '').join('');
  const ignored = response.headers.get('x-poeway-ignored');
  return {
    status: response.status,
    headers: response.headers,
    upstream: response.headers.get('x-poeway-upstream') ?? undefined,
    ignored: ignored === null ? [] : ignored.split(/, ?/),
    content: said('content'),
    reasoning: said('reasoning_content'),
    refusal: said('refusal'),
    files: messages.flatMap(({ files }) => files ?? []),
    calls: joinCalls(messages.flatMap(({ tool_calls: calls }) => calls ?? [])),
    finish: replies.flatMap(({ choices }) => choices?.[0]?.finish_reason ?? []).at(-1),
    usage: replies.findLast(({ usage }) => usage)?.usage ?? undefined,
    error: errorIn(replies),
    texts: messages.flatMap(({ content }) => content ?? []),
  };
}

function errorIn(replies: readonly WireReply[]): Heard['error'] {
  return replies.find(({ error }) => error)?.error;
}

/** The events of a stream; one without an error must end in `[DONE]`, and one with an error must not. */
function frames(text: string): readonly WireReply[] {
  const datas = text.match(/(?<=^data: ).*$/gm) ?? [];
  const replies = datas
    .filter((data) => data !== '[DONE]')
    .map((data) => JSON.parse(data) as WireReply);
  const isDone = datas.at(-1) === '[DONE]';
  if (isDone === replies.some(({ error }) => error))
    throw new Error(`the stream ends wrongly:\n${text.slice(-500)}`);
  return replies;
}

function joinCalls(pieces: readonly WireCall[]): readonly HeardCall[] {
  const calls: { id: string; name: string; arguments: string }[] = [];
  for (const [position, piece] of pieces.entries()) {
    const { name = '', arguments: json = '' } = piece.function;
    const known = calls[piece.index ?? position];
    if (known) known.arguments += json;
    else if (piece.type === 'function') calls.push({ id: piece.id ?? '', name, arguments: json });
    else throw new Error(`the first piece of a call has no type: ${JSON.stringify(piece)}`);
  }
  return calls;
}
