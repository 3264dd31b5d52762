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
    headers: {
      authorization: `Bearer ${key}`,
      'content-type': 'application/json',
      accept: stream ? 'text/event-stream' : 'application/json',
    },
    // JSON.stringify leaves out what is undefined.
    body: JSON.stringify({
      ...request.parameters,
      model: request.model,
      messages: request.messages.map(wireMessage),
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

function wireMessage(message: Message): JsonObject {
  switch (message.role) {
    case 'system':
    case 'user':
      return { role: message.role, content: wireContent(message.content), name: message.name };
    case 'assistant': {
      if (message.toolCalls.length === 0)
        return { role: 'assistant', content: wireContent(message.content), name: message.name };
      return {
        role: 'assistant',
        content: message.content.length > 0 ? wireContent(message.content) : null,
        name: message.name,
        tool_calls: message.toolCalls.map(({ id, name, arguments: text }) => ({
          id,
          type: 'function',
          function: { name, arguments: text },
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
