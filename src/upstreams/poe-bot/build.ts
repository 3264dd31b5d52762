/**
 * The neutral request as Poe's own Python client would send it: `POST /bot/{name}`. The protocol
 * has no place for the length of the answer, `top_p`, an effort, a format or a choice of tool; what
 * of it a bot can do is a parameter of its own.
 */
import { GatewayError } from '../../core/error.ts';
import type { GenerationRequest, Message } from '../../core/request.ts';
import type { CallOptions, UpstreamCall } from '../../core/upstream.ts';
import type { JsonObject } from '../../lib/json.ts';
import { callHeaders } from '../poe-shared/headers.ts';
import { joinText, wireAttachments } from './content.ts';
import { wireTools } from './tools.ts';

/** Of the protocol; what Poe's client says since 2024. */
const VERSION = '1.2';

const ROLES = { system: 'system', user: 'user', assistant: 'bot' } as const;

/**
 * @returns The call. It always asks for a stream: the protocol has nothing else.
 * @throws {GatewayError} `model-not-found` for a name that cannot be in a URL's path; `internal`
 * for a file that should have been uploaded before.
 */
export function build(request: GenerationRequest, options: CallOptions): UpstreamCall {
  const stop = request.stop.filter((sequence) => sequence.trim() !== '');
  return {
    method: 'POST',
    url: `${options.baseUrl}/bot/${pathWord(request.model)}`,
    headers: {
      ...callHeaders({ key: options.key, stream: true }),
      'cache-control': 'no-store',
    },
    // JSON.stringify leaves out what is undefined.
    body: JSON.stringify({
      version: VERSION,
      type: 'query',
      query: wireQuery(request, options),
      user_id: '',
      conversation_id: '',
      message_id: '',
      temperature: request.temperature,
      // A community bot is its system prompt; so Poe's client leaves it on, and so do we.
      skip_system_prompt: false,
      logit_bias: request.logitBias ?? {},
      stop_sequences: stop,
      ...wireTools(request),
    }),
  };
}

/** A bot's name in a path. `.` and `..` would walk it, even escaped. */
function pathWord(name: string): string {
  if (/^\.{0,2}$/.test(name))
    throw new GatewayError('model-not-found', `Poe has no bot called "${name}".`, {
      param: 'model',
    });
  return encodeURIComponent(name.replace(/\p{Surrogate}/gu, '?'));
}

function wireQuery(request: GenerationRequest, options: CallOptions): readonly JsonObject[] {
  const spoken = request.messages.filter((message) => message.role !== 'tool');
  // What the model said while it called the tools whose results are now sent: Poe wants the
  // question last, as its own client sends it.
  const last = spoken.findLastIndex((message) => !callsTools(message));
  const query = spoken
    .filter((message, index) => index <= last || !callsTools(message))
    // A message that only calls tools says nothing here: its calls stand beside the conversation.
    .filter((message) => !callsTools(message) || saysSomething(message))
    .map((message) => wireMessage(message, options));

  const files = request.messages
    .filter((message) => message.role === 'tool')
    .flatMap((message) => wireAttachments(message.content, options.attachments));
  const final = query.pop() ?? wireMessage({ role: 'user', content: [] }, options);
  return [
    ...query,
    // A tool's result cannot carry a file, so the last message does.
    { ...final, parameters: request.parameters, attachments: [...final.attachments, ...files] },
  ];
}

function callsTools(message: Message): boolean {
  return message.role === 'assistant' && message.toolCalls.length > 0;
}

function saysSomething({ content }: Message): boolean {
  return content.some((part) => part.type !== 'text' || part.text !== '');
}

interface WireMessage extends JsonObject {
  readonly attachments: readonly JsonObject[];
}

function wireMessage(
  message: Exclude<Message, { readonly role: 'tool' }>,
  { attachments }: CallOptions,
): WireMessage {
  return {
    role: ROLES[message.role],
    content: joinText(message.content),
    content_type: 'text/markdown',
    parameters: {},
    attachments: wireAttachments(message.content, attachments),
  };
}
