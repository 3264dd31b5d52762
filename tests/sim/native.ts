/**
 * A client that speaks Poe's native protocol as Poe's own Python library (`fastapi_poe`) does: its
 * headers, its body with every default, its rules for reading events. Written without the
 * project's code on purpose, so that a shared mistake cannot hide.
 */
import type { Simulator } from '../../sim/server.ts';
import type { Json } from './client.ts';

/** One event as it stood on the wire. */
export interface WireEvent {
  readonly event: string;
  readonly data: string;
}

/** A message with every default that the library's model dumps. */
export function protocolMessage(content: string, extra: object = {}): object {
  return {
    role: 'user',
    message_type: null,
    sender_id: null,
    sender: null,
    content,
    parameters: {},
    content_type: 'text/markdown',
    timestamp: 0,
    message_id: '',
    feedback: [],
    attachments: [],
    metadata: null,
    referenced_message: null,
    reactions: [],
    ...extra,
  };
}

/** A request with every default that the library's model dumps. */
function queryRequest(extra: object = {}): object {
  return {
    version: '1.2',
    type: 'query',
    query: [protocolMessage('Hello  there, world')],
    user_id: '',
    conversation_id: '',
    message_id: '',
    metadata: '',
    api_key: '<missing>',
    access_key: '<missing>',
    temperature: null,
    skip_system_prompt: false,
    logit_bias: {},
    stop_sequences: [],
    language_code: 'en',
    adopt_current_bot_name: null,
    bot_query_id: '',
    users: [],
    tools: null,
    tool_calls: null,
    tool_results: null,
    query_creation_time: null,
    extra_params: null,
    ...extra,
  };
}

/** A tool as the library sends it. */
export function toolDefinition(name: string): object {
  const parameters = {
    type: 'object',
    properties: { location: { type: 'string' } },
    required: ['location'],
  };
  return { type: 'function', function: { name, description: `Tells the ${name}.`, parameters } };
}

/** Sends a query with the library's headers. */
export function query(
  { url }: Simulator,
  bot: string,
  extra: object = {},
  init: RequestInit = {},
): Promise<Response> {
  return fetch(`${url}/bot/${bot}`, {
    method: 'POST',
    headers: {
      authorization: 'Bearer good',
      'content-type': 'application/json',
      // httpx_sse puts these in place of the library's own accept header.
      accept: 'text/event-stream',
      'cache-control': 'no-store',
    },
    body: JSON.stringify(queryRequest(extra)),
    ...init,
  });
}

/** The events of a stream, read by the rules of server-sent events. */
export function eventsOf(text: string): readonly WireEvent[] {
  const events: WireEvent[] = [];
  let event = '';
  let data: string[] = [];
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/);
  // httpx_sse also dispatches what was not followed by an empty line.
  for (const line of [...lines, '']) {
    if (line === '') {
      if (event !== '' || data.length > 0) events.push({ event, data: data.join('\n') });
      event = '';
      data = [];
    } else if (line.startsWith('event:')) event = line.slice('event:'.length).trimStart();
    else if (line.startsWith('data:')) data.push(line.slice('data:'.length).replace(/^ /, ''));
  }
  return events;
}

/** The events that a bot answers with. */
export async function queryEvents(
  ...request: Parameters<typeof query>
): Promise<readonly WireEvent[]> {
  const response = await query(...request);
  return eventsOf(await response.text());
}

/** What the library would make of a stream. */
export interface Heard {
  readonly text: string;
  readonly files: readonly Json[];
  readonly chunks: readonly Json[];
  readonly suggestions: readonly string[];
  readonly error: Json | undefined;
  /** How it ended; `cut` means that there was neither `done` nor `error`. */
  readonly end: 'done' | 'error' | 'cut';
}

/** Reads a stream by the library's rules; texts of several responses are joined by `|`. */
function hear(events: readonly WireEvent[]): Heard {
  const texts = new Map<number, string>();
  const files: Json[] = [];
  const chunks: Json[] = [];
  const suggestions: string[] = [];
  let error: Json | undefined;
  let end: Heard['end'] = 'cut';
  for (const { event, data } of events) {
    if (event === 'done') {
      end = 'done';
      break;
    }
    if (!['text', 'replace_response', 'suggested_reply', 'file', 'json', 'error'].includes(event)) {
      continue;
    }
    const value = JSON.parse(data) as Json;
    const index = typeof value['index'] === 'number' ? value['index'] : 0;
    if (event === 'text') texts.set(index, `${texts.get(index) ?? ''}${String(value['text'])}`);
    if (event === 'replace_response') texts.set(index, String(value['text']));
    if (event === 'suggested_reply') suggestions.push(String(value['text']));
    if (event === 'file') files.push(value);
    if (event === 'json') chunks.push(value);
    if (event === 'error') {
      error = value;
      end = 'error';
      break;
    }
  }
  return { text: [...texts.values()].join('|'), files, chunks, suggestions, error, end };
}

/** Asks a bot, and reads the answer by the library's rules. */
export async function ask(...request: Parameters<typeof query>): Promise<Heard> {
  return hear(await queryEvents(...request));
}
