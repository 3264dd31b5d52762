/**
 * Reads a messages request into the neutral `Prompt`. The request has passed the checks; whatever bots
 * never look at is left out.
 */
import { isObject, objectsIn, type JsonObject } from '../json.ts';
import type { Attachment, Prompt, Turn } from '../prompt.ts';
import { attachmentFrom } from '../upload/inline.ts';
import { formatOf } from './format.ts';
import { typeOf } from './shape.ts';
import { thinkingIn } from './thinking.ts';
import { ownTools } from './tools.ts';
import { messagesOf } from './turns.ts';

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  return objectsIn(content)
    .map(({ text }) => (typeof text === 'string' ? text : ''))
    .join('');
}

function attachmentsOf(content: unknown): readonly Attachment[] {
  return objectsIn(content).flatMap((block) => {
    const { type, source, title } = block;
    if ((type !== 'image' && type !== 'document') || !isObject(source)) return [];
    const { url, media_type: mediaType, data } = source;
    const base64 = source['type'] === 'base64';
    const inline = base64
      ? `data:${String(mediaType)};base64,${String(data)}`
      : `data:text/plain,${encodeURIComponent(String(data))}`;
    return attachmentFrom(typeof url === 'string' ? url : inline, String(title ?? type));
  });
}

function withAttachments(role: string, content: unknown): Turn {
  return { role, text: textOf(content), attachments: attachmentsOf(content) };
}

/** Before the tool turns at the end: bots take what stands last for the news. */
function insertBeforeTools(turns: Turn[], turn: Turn): void {
  const last = turns.findLastIndex(({ role }) => role !== 'tool');
  turns.splice(last + 1, 0, turn);
}

function turnsOf(request: JsonObject): readonly Turn[] {
  const turns: Turn[] = [];
  if (request['system']) turns.push({ role: 'system', text: textOf(request['system']) });
  for (const { role, blocks } of messagesOf(request)) {
    const results = blocks.filter((block) => typeOf(block) === 'tool_result');
    const others = blocks.filter((block) => typeOf(block) !== 'tool_result');
    turns.push(...results.map((block) => withAttachments('tool', block['content'])));
    if (role === 'system' || results.length > 0) {
      if (others.length > 0) insertBeforeTools(turns, withAttachments(role, others));
    } else turns.push(withAttachments(role, others));
  }
  return turns;
}

function toolChoiceOf(choice: unknown): Prompt['toolChoice'] {
  const type = isObject(choice) ? choice['type'] : 'auto';
  if (type === 'tool' && isObject(choice)) return { name: String(choice['name']) };
  if (type === 'none') return 'none';
  return type === 'any' ? 'required' : 'auto';
}

/** What asks for thoughts, by the names that other endpoints have for it. */
function thinkingParameters(request: JsonObject): Prompt['parameters'] {
  const { thinking, output_config: config } = request;
  const type = thinkingIn(request);
  if (type === 'adaptive') {
    const effort = isObject(config) ? config['effort'] : undefined;
    return { effort: effort ?? 'high' };
  }
  return type && isObject(thinking) ? { thinking_budget: thinking['budget_tokens'] } : {};
}

/** The neutral form of a messages request. */
export function messagesPrompt(request: JsonObject, key: string): Prompt {
  const { tool_choice: choice, stop_sequences: stop } = request;
  return {
    door: 'messages',
    model: String(request['model']),
    key,
    turns: turnsOf(request),
    tools: ownTools(request).map((tool) => ({
      name: String(tool['name']),
      parameters: tool['input_schema'],
    })),
    toolChoice: toolChoiceOf(choice),
    parallelToolCalls: !(isObject(choice) && choice['disable_parallel_tool_use'] === true),
    maxTokens: Number(request['max_tokens']),
    stop: Array.isArray(stop) ? stop.map(String) : [],
    stream: request['stream'] === true,
    format: formatOf(request),
    parameters: thinkingParameters(request),
  };
}
