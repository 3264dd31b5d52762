/**
 * Answers in JSON by a bot whose prompt asks for it in words, with a schema or without one.
 */
import type { Answer } from '../bot.ts';
import { userText, type Prompt } from '../prompt.ts';
import { isTold, ordersIn, ownTurns, schemaIn, toolsIn } from './in-prompt.ts';
import { misfit } from './misfit.ts';
import { echo, saying } from './plain.ts';
import { sampleOf } from './schema-sample.ts';

/** How such a bot goes about it. */
export interface JsonHabit {
  /** The JSON on its way to the text; a code fence without it. */
  readonly text?: (json: string) => string;
  /** Whether the values have the wrong types, given whether somebody complained. */
  readonly wrong?: (told: boolean) => boolean;
}

function fenced(json: string): string {
  return `\`\`\`json\n${json}\n\`\`\``;
}

/** True when somebody complains, and it is an answer in JSON that the complaint is about. */
function isToldOf(prompt: Prompt, mistake: unknown): boolean {
  if (!isTold(prompt)) return false;
  const said = ownTurns(prompt).at(-1)?.text ?? '';
  return (
    /[{"]/.test(said) || prompt.turns.some(({ text }) => text.includes(JSON.stringify(mistake)))
  );
}

/** True when the answer is to be JSON, and not only what goes into a call. */
export function asksForJson(prompt: Prompt): boolean {
  return /\b(answer|respond|reply) (with|in) (valid )?JSON\b/i.test(ordersIn(prompt));
}

/** The schema to answer by: the one in the prompt, else that of the first tool it describes. */
function wantedSchema(prompt: Prompt, orders: string): unknown {
  return schemaIn(orders) ?? (asksForJson(prompt) ? undefined : toolsIn(orders)[0]?.parameters);
}

/** Answers in JSON when the prompt speaks of it; echoes otherwise. */
export function answerInJson({ text = fenced, wrong }: JsonHabit = {}): (prompt: Prompt) => Answer {
  return (prompt) => {
    // The schema may stand in any message: some callers have no system prompt.
    const all = prompt.turns.filter((turn) => turn.role !== 'assistant');
    const orders = [ordersIn(prompt), ...all.map((turn) => turn.text)].join('\n\n');
    if (!/\bJSON\b/i.test(orders)) return echo(prompt);
    const schema = wantedSchema(prompt, orders);
    const right = schema === undefined ? { answer: userText(prompt) } : sampleOf(schema);
    const value = wrong?.(isToldOf(prompt, misfit(right))) ? misfit(right) : right;
    return saying(text(JSON.stringify(value)));
  };
}
