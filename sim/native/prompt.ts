/**
 * Reads a native request into the neutral `Prompt`. Tool results, which have no place in the
 * conversation, are put at its end.
 */
import type { Bot } from '../bot.ts';
import { isObject, objectsIn, type JsonObject } from '../json.ts';
import type { Attachment, Prompt, Tool, Turn } from '../prompt.ts';
import type { Uploads } from '../upload/store.ts';

function attachmentOf(attachment: JsonObject, uploads: Uploads): Attachment {
  const { url, name, content_type: type, inline_ref: reference } = attachment;
  const upload = uploads.find(String(url));
  return {
    name: typeof name === 'string' ? name : '(no name)',
    contentType: typeof type === 'string' ? type : '(no type)',
    url: String(url),
    inlineRef: typeof reference === 'string' ? reference : undefined,
    content: upload?.content,
  };
}

function turnOf(message: JsonObject, uploads: Uploads): Turn {
  const role = String(message['role']);
  return {
    role: role === 'bot' ? 'assistant' : role,
    text: String(message['content']),
    attachments: objectsIn(message['attachments']).map((item) => attachmentOf(item, uploads)),
  };
}

function toolsOf(tools: unknown): readonly Tool[] {
  return objectsIn(tools)
    .map((tool) => tool['function'])
    .filter(isObject)
    .map(({ name, parameters }) => ({ name: String(name), parameters }));
}

/** True for a bot that may see tools: one that lists them, or is in no list. */
function seesTools({ card }: Bot): boolean {
  return card === undefined || card.supported_features.includes('tools');
}

/** The neutral form of a native request to `bot`, which was called by the name `model`. */
export function nativePrompt(
  request: JsonObject,
  bot: Bot,
  { model, key, uploads }: { model: string; key: string; uploads: Uploads },
): Prompt {
  const messages = objectsIn(request['query']);
  const { parameters } = messages.findLast((message) => message['role'] === 'user') ?? {};
  const results = objectsIn(request['tool_results']).map(({ content }) => ({
    role: 'tool',
    text: String(content),
  }));
  const stop = request['stop_sequences'];
  return {
    door: 'native',
    model,
    key,
    turns: [...messages.map((message) => turnOf(message, uploads)), ...results],
    tools: seesTools(bot) ? toolsOf(request['tools']) : [],
    toolChoice: 'auto',
    parallelToolCalls: true,
    maxTokens: undefined,
    stop: Array.isArray(stop) ? stop.filter((item) => typeof item === 'string') : [],
    stream: true,
    format: undefined,
    parameters: isObject(parameters) ? parameters : {},
  };
}
