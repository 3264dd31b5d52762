/**
 * Clients of the two protocols that Poe speaks too, before the whole house: the official SDKs with the
 * app for their network, and requests written by hand. And what Poe was then asked.
 */
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import type { Gateway, House } from './_poe.ts';

/** An SDK's client: one key for each test, so that the log tells whose request was whose. */
export function anthropicClient({ app }: Gateway, apiKey: string): Anthropic {
  return new Anthropic({
    apiKey,
    baseURL: 'http://gateway',
    maxRetries: 0,
    fetch: (url, init) => app.fetch(new Request(url, init)),
  });
}

export function openaiClient({ app }: Gateway, apiKey: string): OpenAI {
  return new OpenAI({
    apiKey,
    baseURL: 'http://gateway/v1',
    maxRetries: 0,
    fetch: (url, init) => app.fetch(new Request(url, init)),
  });
}

/** A request of a client's, as it is written here. */
export function post(
  { app }: Gateway,
  path: string,
  key: string,
  body: object,
  headers: Readonly<Record<string, string>> = {},
  signal: AbortSignal | null = null,
): Promise<Response> {
  const request = new Request(`http://gateway${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
    signal,
  });
  return app.fetch(request);
}

/** One request as Poe got it. */
interface Asked {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
}

/** What Poe was asked with this key, oldest first. */
export function askedOf(house: House, key: string): readonly Asked[] {
  return house.asked(key).map(({ path, headers, body }) => ({
    path,
    headers,
    body: body as Readonly<Record<string, unknown>>,
  }));
}

/** The paths that Poe was asked at with this key, oldest first. */
export function pathsOf(house: House, key: string): readonly string[] {
  return askedOf(house, key).map(({ path }) => path);
}

/** `x-poeway-upstream`. */
export function upstreamOf({ headers }: { readonly headers: Headers }): string | null {
  return headers.get('x-poeway-upstream');
}

/** `x-poeway-ignored`, in its parts. */
export function ignoredOf({ headers }: { readonly headers: Headers }): readonly string[] {
  return headers.get('x-poeway-ignored')?.split(', ') ?? [];
}

/** The events of a stream: each has its name twice. */
export async function eventsOf(
  response: Response,
): Promise<readonly (Readonly<Record<string, unknown>> & { readonly type: string })[]> {
  const text = await response.text();
  if (!text.endsWith('\n\n')) throw new Error('The last frame is not whole.');
  return text
    .split('\n\n')
    .filter((frame) => frame !== '' && !frame.startsWith(':'))
    .map((frame) => {
      const [, name, data] = /^event: ([\w.]+)\ndata: ([^\n]*)$/.exec(frame) ?? [];
      if (data === undefined) throw new Error(`Not an event: ${frame}`);
      const event = JSON.parse(data) as { readonly type: string };
      if (event.type !== name) throw new Error(`An event of two names: ${frame}`);
      return event;
    });
}

const RANDOM = new Set(['id', 'tool_use_id', 'encrypted_content', 'encrypted_index', 'call_id']);

/** What is said, without what is made up anew for each answer. */
export function withoutIds(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (name, member: unknown) => (RANDOM.has(name) ? undefined : member)),
  ) as unknown;
}
