/**
 * Answers of a bot that has no tools of its own and calls the ones that its prompt describes, in
 * the form the prompt asks for: well, or with one of the mistakes that models make.
 */
import type { Answer } from '../bot.ts';
import { userText, type Prompt, type Tool } from '../prompt.ts';
import {
  callFormatIn,
  isTold,
  ordersIn,
  ownTurns,
  resultsIn,
  toolsIn,
  type CallFormat,
} from './in-prompt.ts';
import { echo, saying, textPieces } from './plain.ts';
import { answerInJson, asksForJson } from './prompted-json.ts';
import { misfit } from './misfit.ts';
import { sampleOf } from './schema-sample.ts';

/** How such a bot goes about it. */
export interface Habit {
  /** The JSON of a call on its way to the text. */
  readonly json?: (json: string) => string;
  /** The blocks on their way to the text. */
  readonly text?: (blocks: string) => string;
  /** Bends a call before it is written, or leaves it out; `told` after a complaint. */
  readonly call?: (call: ToolCall, told: boolean, index: number) => ToolCall | undefined;
  /** Cuts the text into pieces; by words without it. */
  readonly cut?: (text: string) => readonly string[];
}

/** A call as it is written. */
interface ToolCall {
  readonly name: string;
  readonly arguments: unknown;
}

function blockOf(call: ToolCall, { open, close }: CallFormat, { json }: Habit): string {
  const text = JSON.stringify(call);
  return `${open}${json?.(text) ?? text}${close}`;
}

/** What the user asked; a complaint is not a question, so then it is what was asked before. */
function questionIn(prompt: Prompt): string {
  const { turns } = prompt;
  const last = turns.findLastIndex((turn) => turn.role === 'assistant');
  if (last < 0 || !isTold(prompt)) return userText(prompt);
  return turns.slice(0, last).findLast((turn) => turn.role === 'user')?.text ?? '';
}

/** The tool that must be called, two for the word «parallel», the one the user names, the first. */
function wanted(tools: readonly Tool[], prompt: Prompt): readonly Tool[] {
  const text = questionIn(prompt);
  const must = /\bmust (?:call|use) (?:the )?(?:tool )?["'`]?([\w.-]+)/i.exec(
    ordersIn(prompt),
  )?.[1];
  const demanded = tools.filter((tool) => tool.name === must);
  if (demanded.length > 0) return demanded;
  const named = tools.filter((tool) => text.includes(tool.name));
  if (/\bparallel\b/i.test(text)) return tools.slice(0, 2);
  return (named.length > 0 ? named : tools).slice(0, 1);
}

function callText(prompt: Prompt, format: CallFormat, habit: Habit): string {
  const told = isTold(prompt) && ownTurns(prompt).length > 0;
  const calls = wanted(toolsIn(ordersIn(prompt)), prompt).flatMap(({ name, parameters }, index) => {
    const plain: ToolCall = { name, arguments: sampleOf(parameters) };
    const call = habit.call ? habit.call(plain, told, index) : plain;
    return call ? blockOf(call, format, habit) : [];
  });
  return calls.join('\n');
}

/** Calls what the prompt describes; tells the result once there is one; echoes without tools. */
export function followPrompt(habit: Habit = {}): (prompt: Prompt) => Answer {
  return (prompt) => {
    const format = callFormatIn(ordersIn(prompt));
    const results = resultsIn(prompt);
    if (results.length > 0) {
      const said = saying(`The tool answered: ${results.join(' and ')}`);
      return asksForJson(prompt) ? answerInJson()(prompt) : said;
    }
    const blocks = format === undefined ? '' : callText(prompt, format, habit);
    if (blocks === '') return echo(prompt);
    const text = habit.text?.(blocks) ?? blocks;
    if (habit.cut) return { pieces: textPieces(habit.cut(text)), finish: 'stop' };
    return saying(text);
  };
}

/** Arguments of the wrong type: every value becomes what it must not be. */
export function wrongTypes(call: ToolCall): ToolCall {
  return { ...call, arguments: misfit(call.arguments) };
}
