/**
 * Prompts that describe tools, in several ways, and conversations to put them in.
 */
import type { Simulator } from '../../sim/server.ts';
import { ask, protocolMessage } from './native.ts';

const PARAMETERS = {
  type: 'object',
  properties: { city: { type: 'string' }, days: { type: 'integer', minimum: 2 } },
  required: ['city'],
};

const ASKS_FOR_TAGS = `To call tools, answer with one or more blocks like this:
<tool_call>{"name": …, "arguments": {…}}</tool_call>
Results come back as <tool_result id="…" name="…">…</tool_result>.`;

/** Orders to write calls in fences. */
export const ASKS_FOR_FENCES = `To call tools, answer with one or more blocks like this:
\`\`\`call
{"name": "…", "arguments": {}}
\`\`\``;

/** How somebody may describe the tools. */
export const DESCRIPTIONS: ReadonlyArray<readonly [how: string, text: string]> = [
  [
    'as a definition',
    JSON.stringify({ name: 'weather', description: 'Tells {it}.', parameters: PARAMETERS }),
  ],
  [
    'as the API has it',
    JSON.stringify([{ type: 'function', function: { name: 'weather', parameters: PARAMETERS } }]),
  ],
  ['over several lines', JSON.stringify({ name: 'weather', input_schema: PARAMETERS }, null, 2)],
  ['under a heading', `# weather\nTells it.\n${JSON.stringify(PARAMETERS)}`],
  ['in a list', `- \`weather\`: tells it. Arguments: ${JSON.stringify(PARAMETERS)}`],
  ['in tags', `<tool name="x">\nname: weather\nschema: ${JSON.stringify(PARAMETERS)}\n</tool>`],
];

/** The first of them. */
export const [, PLAIN = ''] = DESCRIPTIONS[0] ?? [];
/** The call that it leads to. */
export const CALL = '{"name":"weather","arguments":{"city":"city","days":2}}';
/** The same in its tag. */
export const TAGGED = `<tool_call>${CALL}</tool_call>`;

/** A message. */
export type Turn = readonly [role: string, content: string];

function conversation(...turns: readonly Turn[]): object {
  return { query: turns.map(([role, content]) => protocolMessage(content, { role })) };
}

/** The system message that orders calls in tags. */
export function orders(description = PLAIN): Turn {
  return ['system', `You can use tools.\n\n${description}\n\n${ASKS_FOR_TAGS}`];
}

/** What a bot says natively to these messages. */
export function speaker(
  simulator: () => Simulator,
): (bot: string, ...turns: readonly Turn[]) => Promise<string> {
  return async (bot, ...turns) => (await ask(simulator(), bot, conversation(...turns))).text;
}
