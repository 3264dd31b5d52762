/**
 * Bots without tools that follow a prompt which describes tools, or a schema: well, or with the
 * mistakes that models make. With `tools` they are refused on the chat endpoint.
 */
import { saying } from '../answers/plain.ts';
import { answerInJson, type JsonHabit } from '../answers/prompted-json.ts';
import { followPrompt, wrongTypes, type Habit } from '../answers/prompted-call.ts';
import type { Bot, Speech } from '../bot.ts';
import type { CardFacts } from '../model-card.ts';
import { listed, TALKER } from './define.ts';

/** Lists no tools. */
const TOOLLESS: CardFacts = { ...TALKER, features: [] };

/** JSON as a careless hand writes it. */
const singleQuotes = (json: string): string => json.replaceAll('"', "'");
const trailingComma = (json: string): string => json.replace(/\}\}$/, ',}}').replace('{,}', '{}');
const unclosed = (json: string): string => json.replace(/\}$/, '');
const letterByLetter = (text: string): readonly string[] => text.match(/[^]/gu) ?? [];

type CallRow = readonly [name: string, description: string, habit: Habit];

const CALLERS: readonly CallRow[] = [
  ['Follows-Prompt', 'Calls the tools that its prompt describes, as the prompt asks.', {}],
  ['Follows-Prompt-Trailing-Comma', 'Its calls have a comma too many.', { json: trailingComma }],
  ['Follows-Prompt-Single-Quotes', 'Its calls are in single quotes.', { json: singleQuotes }],
  ['Follows-Prompt-Unclosed', 'Its calls lack the last brace.', { json: unclosed }],
  [
    'Follows-Prompt-Unclosed-Tag',
    'Its last call lacks the closing tag.',
    { text: (blocks) => blocks.replace(/<\/[\w:-]+>$/, '') },
  ],
  [
    'Follows-Prompt-Garbage',
    'Its calls are beyond mending.',
    { json: () => 'look it up, would you' },
  ],
  [
    'Follows-Prompt-Wrong-Types',
    'Its arguments have the wrong types, and the right ones once it is told.',
    { call: (call, told) => (told ? call : wrongTypes(call)) },
  ],
  [
    'Follows-Prompt-Wrong-Always',
    'Its arguments have the wrong types, whatever it is told.',
    { call: wrongTypes },
  ],
  [
    'Follows-Prompt-Half-Wrong',
    'Of two calls («parallel») the second has the wrong types; told, it makes that one only.',
    {
      call: (call, told, index) => {
        if (told) return index === 0 ? undefined : call;
        return index === 0 ? call : wrongTypes(call);
      },
    },
  ],
  [
    'Follows-Prompt-Unknown-Tool',
    'Calls a tool that is not there, and the right one once it is told.',
    { call: (call, told) => (told ? call : { ...call, name: `${call.name}_2` }) },
  ],
  [
    'Follows-Prompt-String-Arguments',
    'Its arguments are JSON in a string, as in the API.',
    { call: (call) => ({ ...call, arguments: JSON.stringify(call.arguments) }) },
  ],
  [
    'Follows-Prompt-Fenced',
    'Puts its calls into a code fence.',
    { text: (blocks) => `\`\`\`xml\n${blocks}\n\`\`\`` },
  ],
  [
    'Follows-Prompt-Fenced-Inside',
    'Puts a code fence inside the tags.',
    { json: (json) => `\n\`\`\`json\n${json}\n\`\`\`\n` },
  ],
  [
    'Follows-Prompt-Talks',
    'Says something before its calls and after them.',
    { text: (blocks) => `Let me look that up.\n\n${blocks}\n\nOne moment, please.` },
  ],
  [
    'Follows-Prompt-Invents-Result',
    'Goes on after its calls with a result of its own making.',
    {
      text: (blocks) =>
        `${blocks}\n<tool_result id="1" name="tool">made up</tool_result>\nThere it is.`,
    },
  ],
  ['Follows-Prompt-By-Letter', 'Streams its calls letter by letter.', { cut: letterByLetter }],
  [
    'Follows-Prompt-Mentions',
    'Speaks of the tag without calling anything.',
    { text: () => 'I could write <tool_call> here, but a < b and I need no tool.' },
  ],
];

type JsonRow = readonly [name: string, description: string, habit: JsonHabit];

const WRITERS: readonly JsonRow[] = [
  ['Json-In-Prompt', 'Answers in JSON, in a code fence, when its prompt asks for it.', {}],
  ['Json-In-Prompt-Bare', 'The same without a fence.', { text: (json) => json }],
  [
    'Json-In-Prompt-Talks',
    'Has prose before its JSON and after it.',
    {
      text: (json) =>
        `Here is what you asked for:\n\n\`\`\`json\n${json}\n\`\`\`\n\nAnything else?`,
    },
  ],
  [
    'Json-In-Prompt-Broken',
    'Its JSON has a comma too many and lacks the last brace.',
    { text: (json) => json.replace(/\}$/, ',') },
  ],
  [
    'Json-In-Prompt-Wrong-First',
    'Its values have the wrong types, and the right ones once it is told.',
    { wrong: (told) => !told },
  ],
  [
    'Json-In-Prompt-Never',
    'Its values have the wrong types, whatever it is told.',
    { wrong: () => true },
  ],
  [
    'Json-In-Prompt-Refuses',
    'Answers in prose, whatever it is told.',
    { text: () => 'I would rather not answer in JSON.' },
  ],
];

function prompted(name: string, description: string, says: Speech['says']): Bot {
  return listed(name, description, { says }, TOOLLESS);
}

const callers = CALLERS.map(([name, description, habit]) =>
  prompted(name, description, followPrompt(habit)),
);
const writers = WRITERS.map(([name, description, habit]) =>
  prompted(name, description, answerInJson(habit)),
);

export const promptedBots: readonly Bot[] = [
  ...callers,
  {
    ...prompted(
      'Follows-Prompt-LiteLLM',
      'Refuses tools in the words of the layer behind Poe.',
      followPrompt(),
    ),
    toolsRefusedBy: 'layer-behind',
  },
  {
    ...listed(
      'Follows-Prompt-Refuses',
      'Refuses tools natively too, with an error event.',
      { says: followPrompt(), native: { tools: 'refuse' } },
      TOOLLESS,
    ),
  },
  prompted('Ignores-Prompt', 'Answers in words, whatever tools its prompt describes.', () =>
    saying('I have no tools, and I need none.'),
  ),
  ...writers,
];
