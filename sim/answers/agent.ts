/**
 * Answers of bots that do an agent's task: the calls that the user ordered (`agent-directive.ts`),
 * step by step, and when all results are there, the last line of the last one.
 */
import type { Answer } from '../bot.ts';
import { hex } from '../identifier.ts';
import type { JsonObject } from '../json.ts';
import type { Piece } from '../piece.ts';
import type { Prompt, Tool, Turn } from '../prompt.ts';
import { inParts } from '../wire/deal.ts';
import { orderedCalls, type OrderedCall } from './agent-directive.ts';
import { toolCalled } from './agent-tools.ts';
import { callFormatIn, ordersIn, toolsIn } from './in-prompt.ts';
import { echoText, saying, wordsOf } from './plain.ts';

/** Fragments that the arguments of one call are streamed in. */
const FRAGMENTS = 4;

/** Characters of an answer to a prompt that orders nothing. */
const SHORT = 200;

/** With these words the bot has given its last answer to an order: it is over. */
const LAST_WORDS = /^(Done: |There is no tool )/m;

const RESULT = /<tool_result\b[^>]*>([^]*?)<\/tool_result>/g;

/** What was ordered, and what came back of it until now. */
interface Task {
  readonly calls: readonly OrderedCall[];
  readonly results: readonly string[];
}

/** An ordered call to be made now, and the tool that was meant. */
interface DueCall {
  readonly tool: Tool;
  readonly arguments: JsonObject;
}

/** What the bot does next: it calls these, or, when there are none, speaks. */
interface Move {
  readonly calls: readonly DueCall[];
  readonly text: string;
}

function callsOf({ role, text }: Turn): readonly OrderedCall[] {
  // What a tool has read may look like an order, too.
  return role === 'user' ? orderedCalls(text.replace(RESULT, '')) : [];
}

function resultsOf({ role, text }: Turn): readonly string[] {
  if (role === 'tool') return [text];
  return role === 'user' ? [...text.matchAll(RESULT)].map(([, result = '']) => result) : [];
}

/** The newest order that is not over, and the results since. */
function taskIn({ turns, door }: Prompt): Task | undefined {
  const over = turns.findLastIndex(
    (turn) => turn.role === 'assistant' && LAST_WORDS.test(turn.text),
  );
  const orders = turns.map(callsOf);
  const place = orders.findLastIndex((calls, index) => index > over && calls.length > 0);
  const calls = orders[place];
  if (!calls) return undefined;
  const results = turns.slice(place).flatMap(resultsOf);
  // Natively the results of all that was ever called stand at the end of the conversation.
  const earlier = door === 'native' ? orders.slice(0, over + 1).flat().length : 0;
  return { calls, results: results.slice(earlier) };
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1)?.trim() || '(no text)';
}

function spoken(text: string): Move {
  return { calls: [], text };
}

function missing({ tool }: OrderedCall, tools: readonly Tool[]): string {
  const names = tools.map(({ name }) => name).join(', ') || 'none';
  return `There is no tool ${tool} among those on offer: ${names}.`;
}

function moveOf(task: Task, prompt: Prompt, tools: readonly Tool[]): Move {
  const { calls, results } = task;
  const [next, ...others] = calls.slice(results.length);
  if (!next) return spoken(`Done: ${lastLine(results.at(-1) ?? '')}`);
  const together = prompt.parallelToolCalls ? others.filter(({ step }) => step === next.step) : [];
  const due: DueCall[] = [];
  for (const call of [next, ...together]) {
    const tool = toolCalled(call.tool, tools);
    if (!tool) return spoken(missing(call, tools));
    due.push({ tool, arguments: call.arguments });
  }
  return { calls: due, text: '' };
}

function callPieces({ tool, arguments: given }: DueCall, index: number): readonly Piece[] {
  const { name, namespace } = tool;
  const group = namespace === undefined ? {} : { namespace };
  return [
    { kind: 'call', index, id: `call_${hex(24)}`, name, ...group, arguments: '' },
    ...inParts(JSON.stringify(given), FRAGMENTS).map((part): Piece => ({
      kind: 'call',
      index,
      arguments: part,
    })),
  ];
}

type Says = (prompt: Prompt) => Answer;

/** What is said to a prompt that orders nothing: agents ask for titles and the like. */
function sayShort(prompt: Prompt): Answer {
  return saying([...echoText(prompt)].slice(0, SHORT).join(''));
}

/** Makes the calls that were ordered, then says that it is done; says something else without any. */
export function obeying(otherwise: Says): Says {
  return (prompt) => {
    const task = taskIn(prompt);
    if (!task) return otherwise(prompt);
    const { calls, text } = moveOf(task, prompt, prompt.tools);
    if (calls.length === 0) return saying(text);
    return { pieces: calls.flatMap(callPieces), finish: 'tool_calls' };
  };
}

/** Obeys, and is brief without orders. */
export const obey = obeying(sayShort);

/** The same by blocks in its text, with the tools that its prompt describes. */
export function obeyInText(prompt: Prompt): Answer {
  const task = taskIn(prompt);
  if (!task) return sayShort(prompt);
  const orders = ordersIn(prompt);
  const format = callFormatIn(orders);
  const { calls, text } = moveOf(task, prompt, format ? toolsIn(orders) : []);
  if (!format || calls.length === 0) return saying(text);
  const blocks = calls.map(({ tool, arguments: given }) => {
    const call = JSON.stringify({ name: tool.name, arguments: given });
    return `${format.open}${call}${format.close}`;
  });
  return saying(blocks.join('\n'));
}

/** Thinks before each step; the thought has two parts, as a vendor's summaries do. */
export function obeyThinking(prompt: Prompt): Answer {
  const { pieces, finish } = obey(prompt);
  const names = pieces.flatMap((piece) =>
    piece.kind === 'call' && piece.name !== undefined ? [piece.name] : [],
  );
  const plan = names.length > 0 ? `Next is ${names.join(' and ')}.` : 'Nothing is left to call.';
  const text = `**Reading the task**\n\nThere are orders.\n\n**Planning**\n\n${plan}`;
  const thought = wordsOf(text).map((word): Piece => ({ kind: 'reasoning', text: word }));
  return { pieces: [...thought, ...pieces], finish };
}
