/**
 * What only Claude says: thoughts between its words and its calls, a turn that it breaks off to go on
 * with later; and blocks that no other protocol has.
 */
import type { Answer } from '../bot.ts';
import { hex } from '../identifier.ts';
import { isObject, type JsonObject } from '../json.ts';
import { textBlock, toolUseBlock, wholeBlock, type Block } from '../messages/block.ts';
import { redacted } from '../messages/signature.ts';
import { userText, type Prompt } from '../prompt.ts';
import { echo, saying } from './plain.ts';
import { thinkOnly } from './thinking.ts';
import { talkThenCall } from './tool-call.ts';

const PAGE = { url: 'https://example.com/weather', title: 'The weather' };

/** Thinks, talks, thinks again, calls. */
export function thinkBetween(prompt: Prompt): Answer {
  const { pieces, finish } = talkThenCall(prompt);
  const thought = thinkOnly().pieces;
  const call = pieces.findIndex((piece) => piece.kind === 'call');
  if (call < 0) return { pieces: [...thought, ...pieces], finish };
  return {
    pieces: [...thought, ...pieces.slice(0, call), ...thought, ...pieces.slice(call)],
    finish,
  };
}

/** Breaks off its turn, and echoes when it is given back what it said. */
export function pauseOnce(prompt: Prompt): Answer {
  const goesOn = prompt.turns.at(-1)?.role === 'assistant';
  return prompt.door === 'messages' && !goesOn ? saying('One moment', 'pause_turn') : echo(prompt);
}

function typeOf({ done }: Block): unknown {
  return done['type'];
}

/** Its thoughts cannot be read. */
export function redactThoughts(blocks: readonly Block[]): readonly Block[] {
  return blocks.map((block) =>
    typeOf(block) === 'thinking'
      ? wholeBlock({ type: 'redacted_thinking', data: redacted(String(block.done['thinking'])) })
      : block,
  );
}

function cited({ deltas, done }: Block, citation: JsonObject): Block {
  return {
    start: { type: 'text', text: '', citations: [] },
    deltas: [...deltas, { type: 'citations_delta', citation }],
    done: { ...done, citations: [citation] },
  };
}

/** Each text has a place in a document that it is taken from. */
export function cite(blocks: readonly Block[], prompt: Prompt): readonly Block[] {
  const text = userText(prompt);
  const citation = {
    type: 'char_location',
    cited_text: text,
    document_index: 0,
    document_title: 'The question',
    start_char_index: 0,
    end_char_index: text.length,
  };
  return blocks.map((block) => (typeOf(block) === 'text' ? cited(block, citation) : block));
}

/** Looks the question up before it answers; the vendor does the search. */
export function lookUp(blocks: readonly Block[], prompt: Prompt): readonly Block[] {
  const id = `srvtoolu_vrtx_01${hex(22)}`;
  const query = JSON.stringify({ query: userText(prompt) });
  const { start, deltas, done } = toolUseBlock('web_search', [query]);
  const search = { type: 'server_tool_use', id };
  const result = { type: 'web_search_result', ...PAGE, encrypted_content: hex(64), page_age: null };
  const citation = {
    type: 'web_search_result_location',
    ...PAGE,
    encrypted_index: hex(32),
    cited_text: 'It rains.',
  };
  const thoughts = blocks.filter((block) => typeOf(block) === 'thinking');
  const others = blocks.slice(thoughts.length);
  return [
    ...thoughts,
    textBlock(['I will look', ' that up.']),
    { start: { ...start, ...search }, deltas, done: { ...done, ...search } },
    wholeBlock({ type: 'web_search_tool_result', tool_use_id: id, content: [result] }),
    ...others.map((block) => (typeOf(block) === 'text' ? cited(block, citation) : block)),
  ];
}

function withCalls(reshape: (block: Block) => Block) {
  return (blocks: readonly Block[]): readonly Block[] =>
    blocks.map((block) => (typeOf(block) === 'tool_use' ? reshape(block) : block));
}

/** Its calls have their input from the start, and never grow. */
export const inputAtStart = withCalls(({ done }) => wholeBlock(done));

/** Its calls have no input: all that comes is one empty delta. */
export const withoutInput = withCalls(({ done }) => toolUseBlock(String(done['name']), []));

/** Members that nobody asked for, in every object of a reply. */
export function leaking(envelope: JsonObject): JsonObject {
  const { message, delta, content } = envelope;
  const leaked = { provider_specific_fields: { trace: 'vendor-only' } };
  return {
    ...envelope,
    ...leaked,
    ...(content !== undefined && { id: `msg_vrtx_01${hex(22)}`, container: null }),
    ...(isObject(message) && { message: leaking(message) }),
    ...(isObject(delta) && { delta: { ...delta, ...leaked } }),
  };
}

function bareUsage(usage: unknown): JsonObject {
  if (!isObject(usage)) return {};
  const { input_tokens: input, output_tokens: output } = usage;
  return { usage: { input_tokens: input, output_tokens: output } };
}

/** Usage of two members: in, out. */
export function withBareUsage(envelope: JsonObject): JsonObject {
  const { message, usage } = envelope;
  return {
    ...envelope,
    ...bareUsage(usage),
    ...(isObject(message) && { message: { ...message, ...bareUsage(message['usage']) } }),
  };
}
