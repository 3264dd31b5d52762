/**
 * The neutral request as Poe's chat endpoint takes it. Poe refuses what it does not know, so the
 * body holds only what is asked for; roles are Poe's four, sounds travel as files.
 */
import type {
  ContentPart,
  GenerationRequest,
  Message,
  OutputFormat,
  Tool,
  ToolChoice,
} from '../../core/request.ts';
import type { CallOptions, UpstreamCall } from '../../core/upstream.ts';
import type { JsonObject, JsonValue } from '../../lib/json.ts';
import { callHeaders } from '../poe-shared/headers.ts';

/** Said before them; and in a result that is nothing else. */
const FILES_OF_RESULTS = 'The files of the results above:';
const SEE_BELOW: ContentPart = { type: 'text', text: 'See the file below.' };

/** @returns The call; its body is one JSON text, written once. */
export function build(
  request: GenerationRequest,
  { baseUrl, key, stream }: CallOptions,
): UpstreamCall {
  const hasTools = request.tools.length > 0;
  // Vendors refuse a stop sequence of white space alone; such ones are enforced on the way back.
  const stop = request.stop.filter((sequence) => sequence.trim() !== '');
  return {
    method: 'POST',
    url: `${baseUrl}/v1/chat/completions`,
    headers: callHeaders({ key, stream }),
    // JSON.stringify leaves out what is undefined.
    body: JSON.stringify({
      ...request.parameters,
      model: request.model,
      messages: withFilesBehind(request.messages).map(wireMessage),
      stream,
      stream_options: stream ? { include_usage: true } : undefined,
      max_tokens: request.maxOutputTokens,
      temperature: request.temperature,
      top_p: request.topP,
      stop: stop.length > 0 ? stop : undefined,
      tools: hasTools ? request.tools.map(wireTool) : undefined,
      tool_choice: hasTools && request.toolChoice ? wireToolChoice(request.toolChoice) : undefined,
      parallel_tool_calls: hasTools ? request.parallelToolCalls : undefined,
      reasoning_effort: request.reasoningEffort,
      response_format: request.outputFormat ? wireFormat(request.outputFormat) : undefined,
    }),
  };
}

/**
 * The endpoint's tool messages hold text alone. Pictures and files in the results of tools are shown by
 * the user, after the last result: results stand together behind their calls.
 */
function withFilesBehind(messages: readonly Message[]): readonly Message[] {
  if (!messages.some(hasFiles)) return messages;
  const shown: Message[] = [];
  let files: ContentPart[] = [];
  function show(): void {
    if (files.length === 0) return;
    const content: readonly ContentPart[] = [{ type: 'text', text: FILES_OF_RESULTS }, ...files];
    shown.push({ role: 'user', content });
    files = [];
  }
  for (const message of messages) {
    if (message.role !== 'tool') show();
    if (!hasFiles(message)) shown.push(message);
    else {
      files.push(...message.content.filter(({ type }) => type !== 'text'));
      const texts = message.content.filter(({ type }) => type === 'text');
      const content = texts.length > 0 ? texts : [SEE_BELOW];
      shown.push({ ...message, content });
    }
  }
  show();
  return shown;
}

function hasFiles({ role, content }: Message): boolean {
  return role === 'tool' && content.some(({ type }) => type !== 'text');
}

function wireMessage(message: Message): JsonObject {
  switch (message.role) {
    case 'system':
    case 'user':
      return { role: message.role, content: wireContent(message.content), name: message.name };
    case 'assistant': {
      const { name, reasoning: reasoning_content } = message;
      if (message.toolCalls.length === 0)
        return {
          role: 'assistant',
          content: wireContent(message.content),
          name,
          reasoning_content,
        };
      return {
        role: 'assistant',
        content: message.content.length > 0 ? wireContent(message.content) : null,
        name,
        reasoning_content,
        tool_calls: message.toolCalls.map(({ id, name: called, arguments: text }) => ({
          id,
          type: 'function',
          function: { name: called, arguments: text },
        })),
      };
    }
    case 'tool':
      return {
        role: 'tool',
        tool_call_id: message.toolCallId,
        content: wireContent(message.content),
      };
  }
}

function wireContent(parts: readonly ContentPart[]): JsonValue {
  const [first] = parts;
  if (!first) return '';
  if (parts.length === 1 && first.type === 'text') return first.text;
  return parts.map(wirePart);
}

function wirePart(part: ContentPart): JsonObject {
  switch (part.type) {
    case 'text':
      return { type: 'text', text: part.text };
    case 'image':
      return { type: 'image_url', image_url: { url: part.url, detail: part.detail } };
    case 'file':
      return { type: 'file', file: { filename: part.filename, file_data: part.url } };
  }
}

function wireTool({ name, description, parameters }: Tool): JsonObject {
  return { type: 'function', function: { name, description, parameters } };
}

function wireToolChoice(choice: ToolChoice): JsonValue {
  return typeof choice === 'string'
    ? choice
    : { type: 'function', function: { name: choice.name } };
}

function wireFormat(format: OutputFormat): JsonObject {
  if (format.type === 'json-object') return { type: 'json_object' };
  const { name, schema, description, strict } = format;
  return { type: 'json_schema', json_schema: { name, description, schema, strict } };
}
