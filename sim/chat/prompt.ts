/**
 * Reads a chat completions request into the neutral `Prompt`. The request has passed the strict
 * checks; whatever bots never look at is left out.
 */
import type { Bot } from '../bot.ts';
import { isObject, objectsIn, type JsonObject } from '../json.ts';
import type { Attachment, Format, Prompt, Tool } from '../prompt.ts';
import { attachmentFrom } from '../upload/inline.ts';

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  return objectsIn(content)
    .map((part) => (typeof part['text'] === 'string' ? part['text'] : ''))
    .join('');
}

/** Pictures and files among the parts; sounds are dropped, as Poe does. */
function attachmentsOf(content: unknown): readonly Attachment[] {
  return objectsIn(content).flatMap((part) => {
    const { image_url: image, file } = part;
    if (isObject(image)) return attachmentFrom(String(image['url']), 'image');
    if (!isObject(file)) return [];
    return attachmentFrom(String(file['file_data']), String(file['filename'] ?? 'file'));
  });
}

/** Most bots never look at it: `response_format` is officially ignored. */
function formatOf(format: unknown): Format | undefined {
  if (!isObject(format) || !String(format['type']).startsWith('json')) return undefined;
  const named = format['json_schema'];
  return { schema: isObject(named) ? named['schema'] : undefined };
}

function toolsOf(tools: unknown): readonly Tool[] {
  return objectsIn(tools)
    .map((tool) => tool['function'])
    .filter(isObject)
    .map((definition) => ({
      name: String(definition['name']),
      parameters: definition['parameters'],
    }));
}

function toolChoiceOf(choice: unknown): Prompt['toolChoice'] {
  if (choice === 'none' || choice === 'required') return choice;
  const named = isObject(choice) ? choice['function'] : undefined;
  return isObject(named) ? { name: String(named['name']) } : 'auto';
}

function stopOf(stop: unknown): readonly string[] {
  return (Array.isArray(stop) ? stop : [stop]).filter((item) => typeof item === 'string');
}

/** The neutral form of a chat request to `bot`. */
export function promptOf(request: JsonObject, bot: Bot, key: string): Prompt {
  const limit = request['max_tokens'] ?? request['max_completion_tokens'];
  const declared = bot.card?.parameters.map(({ name }) => [name, request[name]]) ?? [];
  return {
    door: 'chat',
    model: String(request['model']),
    key,
    turns: objectsIn(request['messages']).map((message) => ({
      role: String(message['role']),
      text: textOf(message['content']),
      attachments: attachmentsOf(message['content']),
    })),
    tools: toolsOf(request['tools']),
    toolChoice: toolChoiceOf(request['tool_choice']),
    parallelToolCalls: request['parallel_tool_calls'] !== false,
    maxTokens: typeof limit === 'number' ? limit : undefined,
    stop: stopOf(request['stop']),
    stream: request['stream'] === true,
    format: formatOf(request['response_format']),
    parameters: Object.fromEntries(declared),
  };
}
