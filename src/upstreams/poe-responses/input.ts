/**
 * Messages → input items, in their order. Calls and their results are items of their own beside
 * the messages; what a model said is marked as output.
 */
import type { ContentPart, Message } from '../../core/request.ts';
import type { JsonObject, JsonValue } from '../../lib/json.ts';

/** The conversation, oldest first. */
export function wireInput(messages: readonly Message[]): readonly JsonObject[] {
  return messages.flatMap(wireMessage);
}

function wireMessage(message: Message): readonly JsonObject[] {
  switch (message.role) {
    case 'system':
    case 'user':
      return [{ role: message.role, content: wireContent(message.content) }];
    case 'assistant':
      return [
        ...wireSaid(message.content),
        ...message.toolCalls.map(({ id, name, arguments: text }) => ({
          type: 'function_call',
          call_id: id,
          name,
          arguments: text,
        })),
      ];
    case 'tool':
      return [
        {
          type: 'function_call_output',
          call_id: message.toolCallId,
          output: wireResult(message.content),
        },
      ];
  }
}

/** What the model said: text alone. A file of its own has to come from the user. */
function wireSaid(parts: readonly ContentPart[]): readonly JsonObject[] {
  const texts = parts.flatMap((part) => (part.type === 'text' && part.text !== '' ? [part] : []));
  const files = parts.filter(({ type }) => type !== 'text');
  const said = texts.map(({ text }) => ({ type: 'output_text', text }));
  return [
    ...(said.length > 0 ? [{ role: 'assistant', content: said }] : []),
    ...(files.length > 0 ? [{ role: 'user', content: wireContent(files) }] : []),
  ];
}

/** One text where it is only text: not every vendor behind Poe takes parts here. */
function wireResult(parts: readonly ContentPart[]): JsonValue {
  if (parts.some(({ type }) => type !== 'text')) return wireContent(parts);
  return parts.map((part) => (part.type === 'text' ? part.text : '')).join('');
}

function wireContent(parts: readonly ContentPart[]): JsonValue {
  return parts.length === 0 ? '' : parts.map(wirePart);
}

function wirePart(part: ContentPart): JsonObject {
  switch (part.type) {
    case 'text':
      return { type: 'input_text', text: part.text };
    case 'image':
      return { type: 'input_image', image_url: part.url, detail: part.detail };
    case 'file':
      // A link is named by itself.
      return /^https?:/i.test(part.url)
        ? { type: 'input_file', file_url: part.url }
        : { type: 'input_file', filename: part.filename, file_data: part.url };
  }
}
