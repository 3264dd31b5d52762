/**
 * The neutral request as the responses endpoint takes it. Everything is in `input`: Poe does not
 * hear `instructions`, and keeps no earlier response to refer to. There is no `stop` and no `name`
 * of a message; stop sequences are enforced on the way back.
 */
import type { GenerationRequest, Tool, ToolChoice } from '../../core/request.ts';
import type { CallOptions, UpstreamCall } from '../../core/upstream.ts';
import type { JsonObject, JsonValue } from '../../lib/json.ts';
import { callHeaders } from '../poe-shared/headers.ts';
import { withJsonNamed, wireFormat } from './format.ts';
import { wireInput } from './input.ts';

/** @returns The call; its body is one JSON text, written once. */
export function build(
  request: GenerationRequest,
  { baseUrl, key, stream }: CallOptions,
): UpstreamCall {
  // Bots declare these two under the chat endpoint's names, which are refused here.
  const { reasoning_effort: declaredEffort, verbosity, ...parameters } = request.parameters;
  const effort = request.reasoningEffort ?? declaredEffort;
  const format = request.outputFormat && wireFormat(request.outputFormat);
  const hasTools = request.tools.length > 0;
  return {
    method: 'POST',
    url: `${baseUrl}/v1/responses`,
    headers: callHeaders({ key, stream }),
    // JSON.stringify leaves out what is undefined.
    body: JSON.stringify({
      ...parameters,
      model: request.model,
      input: wireInput(withJsonNamed(request.messages, format)),
      stream,
      store: false,
      max_output_tokens: request.maxOutputTokens,
      temperature: request.temperature,
      top_p: request.topP,
      tools: hasTools ? request.tools.map(wireTool) : undefined,
      tool_choice: hasTools && request.toolChoice ? wireToolChoice(request.toolChoice) : undefined,
      parallel_tool_calls: hasTools ? request.parallelToolCalls : undefined,
      reasoning: effort === undefined ? undefined : { effort },
      text: format || verbosity !== undefined ? { format, verbosity } : undefined,
    }),
  };
}

/**
 * A tool that does not say `strict: false` gets a strict schema made of its own here: every optional
 * property would become a required one. Parameters have to be there.
 */
function wireTool({ name, description, parameters }: Tool): JsonObject {
  return {
    type: 'function',
    name,
    description,
    parameters: parameters ?? { type: 'object', properties: {} },
    strict: false,
  };
}

function wireToolChoice(choice: ToolChoice): JsonValue {
  return typeof choice === 'string' ? choice : { type: 'function', name: choice.name };
}
