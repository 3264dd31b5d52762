/**
 * Tools on a bot that has none: the prompt describes them, and calls and results of the history
 * become text. What the bot answers is read by the stage `lift-tool-calls`.
 */
import type { ContentPart, GenerationRequest, Message, Tool, ToolCall } from '../request.ts';
import { withSystemText, withText } from '../json-output/system-text.ts';
import { CALL_LESSON, callBlock, joinTexts, resultBlock } from './blocks.ts';

/** Whether anything in the request speaks of tools: without, there is nothing to emulate. */
export function speaksOfTools({ tools, messages }: GenerationRequest): boolean {
  return tools.length > 0 || messages.some(isAboutTools);
}

/** The tools that the answer may call: none of them, one, or all, by the request's choice. */
export function callableTools({ tools, toolChoice }: GenerationRequest): readonly Tool[] {
  if (toolChoice === 'none') return [];
  if (typeof toolChoice === 'object') return tools.filter(({ name }) => name === toolChoice.name);
  return tools;
}

/** Whether an answer without a call is not what was asked for. */
export function mustCall({ tools, toolChoice }: GenerationRequest): boolean {
  return tools.length > 0 && (toolChoice === 'required' || typeof toolChoice === 'object');
}

/**
 * The request without tools: callable ones are described in its system message, and its history is
 * text. A choice of one tool describes that one only; with `none` no tool is described.
 */
export function emulateTools(request: GenerationRequest): GenerationRequest {
  const history = renderHistory(request.messages);
  const tools = callableTools(request);
  const words = describeTools(tools, request);
  return {
    ...request,
    tools: [],
    toolChoice: undefined,
    parallelToolCalls: undefined,
    messages: words === '' ? history : withSystemText(history, words),
  };
}

function describeTools(tools: readonly Tool[], request: GenerationRequest): string {
  const { toolChoice, parallelToolCalls, messages } = request;
  if (tools.length === 0) {
    // The history shows how it is done, so it must be said that it is over.
    const words = 'Do not call tools in this answer.';
    return toolChoice === 'none' && messages.some(isAboutTools) ? words : '';
  }
  const lines = [
    'You have tools, each with the JSON schema of its arguments:',
    '<tools>',
    ...tools.map((tool) => JSON.stringify(tool)),
    '</tools>',
    '',
    CALL_LESSON,
    'The arguments are JSON that fits the schema. Write nothing after the blocks: the results come with the next message, as <tool_result> blocks. Never write those yourself.',
  ];
  if (parallelToolCalls === false) lines.push('Write at most one block.');
  if (typeof toolChoice === 'object')
    lines.push(`You must call the tool ${JSON.stringify(toolChoice.name)} in this answer.`);
  else if (toolChoice === 'required') lines.push('You must call a tool in this answer.');
  else lines.push('When no tool is needed, answer as usual.');
  return lines.join('\n');
}

function isAboutTools(message: Message): boolean {
  return message.role === 'tool' || (message.role === 'assistant' && message.toolCalls.length > 0);
}

function renderHistory(messages: readonly Message[]): readonly Message[] {
  const names = new Map<string, string>();
  const rendered: Message[] = [];
  /** Results that follow each other are one message of the user's. */
  let results: ContentPart[] = [];

  function flush(): void {
    if (results.length > 0) rendered.push({ role: 'user', content: joinTexts(results) });
    results = [];
  }

  for (const message of messages) {
    if (message.role === 'tool') {
      if (results.length > 0) results.push({ type: 'text', text: '\n' });
      const id = message.toolCallId;
      results.push(...resultBlock(id, names.get(id) ?? 'unknown', message.content));
      continue;
    }
    flush();
    if (message.role !== 'assistant') {
      rendered.push(message);
      continue;
    }
    for (const { id, name } of message.toolCalls) names.set(id, name);
    const content = withCalls(message.content, message.toolCalls);
    rendered.push({ ...message, content, toolCalls: [] });
  }
  flush();
  return rendered;
}

function withCalls(
  content: readonly ContentPart[],
  calls: readonly ToolCall[],
): readonly ContentPart[] {
  return calls.length === 0 ? content : withText(content, calls.map(callBlock).join('\n'));
}
