/**
 * Answers that call tools. Which tool, and with what arguments, follows from the request alone:
 * the tool that `tool_choice` names, else the first; arguments made from its schema.
 */
import type { Answer } from '../bot.ts';
import type { Piece } from '../piece.ts';
import { hex } from '../identifier.ts';
import { userText, type Prompt, type Tool } from '../prompt.ts';
import { inParts } from '../wire/deal.ts';
import { echo, saying } from './plain.ts';
import { sampleOf } from './schema-sample.ts';

/** Fragments that the arguments of one call are streamed in. */
const FRAGMENTS = 4;

/** The tools that this prompt leads to. */
function chosenTools(prompt: Prompt): readonly Tool[] {
  const { tools, toolChoice } = prompt;
  if (toolChoice === 'none') return [];
  if (typeof toolChoice === 'object') {
    return tools.filter((tool) => tool.name === toolChoice.name).slice(0, 1);
  }
  const several = prompt.parallelToolCalls && /\bparallel\b/i.test(userText(prompt));
  return tools.slice(0, several ? 2 : 1);
}

/** The results that came in since the model last spoke. */
function freshResults({ turns }: Prompt): readonly string[] {
  const lastOther = turns.findLastIndex((turn) => turn.role !== 'tool');
  return turns.slice(lastOther + 1).map((turn) => turn.text);
}

function callPieces({ name, parameters }: Tool, index: number): readonly Piece[] {
  const fragments = inParts(JSON.stringify(sampleOf(parameters)), FRAGMENTS);
  return [
    { kind: 'call', index, id: `call_${hex(24)}`, name, arguments: '' },
    ...fragments.map((part): Piece => ({ kind: 'call', index, arguments: part })),
  ];
}

/** Calls tools; tells the result once it has one; echoes when there is nothing to call. */
export function callTools(prompt: Prompt): Answer {
  const results = freshResults(prompt);
  if (results.length > 0) return saying(`The tool answered: ${results.join(' and ')}`);
  const tools = chosenTools(prompt);
  if (tools.length === 0) return echo(prompt);
  return { pieces: tools.flatMap(callPieces), finish: 'tool_calls' };
}

/** The same answer with every call in a single piece. */
export function callToolsWhole(prompt: Prompt): Answer {
  const { pieces, finish } = callTools(prompt);
  const merged: Piece[] = [];
  for (const piece of pieces) {
    const last = merged.at(-1);
    if (piece.kind === 'call' && last?.kind === 'call' && piece.index === last.index) {
      merged[merged.length - 1] = { ...last, arguments: last.arguments + piece.arguments };
    } else merged.push(piece);
  }
  return { pieces: merged, finish };
}

/** Says something first, then calls. */
export function talkThenCall(prompt: Prompt): Answer {
  const { pieces, finish } = callTools(prompt);
  if (finish !== 'tool_calls') return { pieces, finish };
  return { pieces: [...saying('Let me look that up.').pieces, ...pieces], finish };
}

/** Stops in the middle of the arguments of its last call. */
export function callHalfway(prompt: Prompt): Answer {
  const { pieces, finish } = callTools(prompt);
  if (finish !== 'tool_calls') return { pieces, finish };
  return { pieces: pieces.slice(0, -Math.ceil(FRAGMENTS / 2)), finish };
}

/** The first two pieces of each call change places: arguments first, then the name. */
export function callLateNamed(prompt: Prompt): Answer {
  const { pieces, finish } = callTools(prompt);
  const swapped = [...pieces];
  for (const [index, piece] of pieces.entries()) {
    const next = pieces[index + 1];
    if (piece.kind !== 'call' || piece.name === undefined || next?.kind !== 'call') continue;
    if (next.index !== piece.index) continue;
    // The name's own arguments are empty, so the text of the arguments stays in order.
    swapped[index] = next;
    swapped[index + 1] = piece;
  }
  return { pieces: swapped, finish };
}
