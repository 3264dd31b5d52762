/** What the tests of agent bots share: orders, tools, one turn on the chat endpoint. */
import type { Simulator } from '../../sim/server.ts';
import { askWhole, toolNamed } from './client.ts';

/** Two steps, the second of two calls. */
export const ORDERS = 'call look {"city":"Rome"}\ncall weigh {"city":"Bonn"} & ask {"city":"Oslo"}';
/** The tools that they name, as the chat endpoint takes them. */
export const TOOLS = ['look', 'weigh', 'ask'].map(toolNamed);

interface Call {
  readonly id: string;
  readonly function: { readonly name: string; readonly arguments: string };
}

/** An assistant's message. */
interface Said {
  readonly content: string;
  readonly tool_calls?: readonly Call[];
}

/** Asks one bot on the chat endpoint. */
export type Answer = (messages: readonly object[], extra?: object) => Promise<Said>;

/** Answers of one bot. */
export function answersOf(simulator: () => Simulator, bot: string): Answer {
  return async (messages, extra = {}) => {
    const reply = await askWhole(simulator(), bot, { messages, tools: TOOLS, ...extra });
    return reply['choices']?.[0]?.['message'] as unknown as Said;
  };
}

/** `name arguments` of each call. */
export function callsOf({ tool_calls: calls = [] }: Said): readonly string[] {
  return calls.map(({ function: { name, arguments: json } }) => `${name} ${json}`);
}

/** A result of two lines for each call. */
export function resultsOf({ tool_calls: calls = [] }: Said): readonly object[] {
  return calls.map(({ id, function: { name } }) => ({
    role: 'tool',
    tool_call_id: id,
    content: `first\nlast of ${name}\n`,
  }));
}

/** A message of the user's. */
export function user(content: unknown): object {
  return { role: 'user', content };
}
