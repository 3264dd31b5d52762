/** Bots that follow their prompt badly, and those that answer in JSON when it asks for it. */
import { describe, expect, test } from 'vitest';
import { simulatorForFile } from './client.ts';
import { CALL, orders, PLAIN, speaker, TAGGED, type Turn } from './prompts.ts';

const simulator = simulatorForFile();
const says = speaker(simulator);

/** Bot → what it makes of the call. */
const MISTAKES: ReadonlyArray<readonly [bot: string, text: string]> = [
  ['Follows-Prompt-Trailing-Comma', `<tool_call>${CALL.replace('}}', ',}}')}</tool_call>`],
  ['Follows-Prompt-Single-Quotes', `<tool_call>${CALL.replaceAll('"', "'")}</tool_call>`],
  ['Follows-Prompt-Unclosed', `<tool_call>${CALL.slice(0, -1)}</tool_call>`],
  ['Follows-Prompt-Unclosed-Tag', `<tool_call>${CALL}`],
  ['Follows-Prompt-Garbage', '<tool_call>look it up, would you</tool_call>'],
  ['Follows-Prompt-Unknown-Tool', TAGGED.replace('weather', 'weather_2')],
  ['Follows-Prompt-Fenced', `\`\`\`xml\n${TAGGED}\n\`\`\``],
  ['Follows-Prompt-Fenced-Inside', `<tool_call>\n\`\`\`json\n${CALL}\n\`\`\`\n</tool_call>`],
  ['Follows-Prompt-Talks', `Let me look that up.\n\n${TAGGED}\n\nOne moment, please.`],
  ['Follows-Prompt-By-Letter', TAGGED],
  ['Ignores-Prompt', 'I have no tools, and I need none.'],
];

test.each(MISTAKES)('%s answers %s', async (bot, text) => {
  expect(await says(bot, orders(), ['user', 'Rain?'])).toBe(text);
});

describe('told of its mistake', () => {
  const wrong =
    '<tool_call>{"name":"weather","arguments":{"city":{"value":"city"},"days":"2 or so"}}</tool_call>';
  const asked: readonly Turn[] = [orders(), ['user', 'Rain?']];
  const complaints: readonly Turn[] = [
    ['user', 'Invalid arguments: /city must be string.'],
    [
      'user',
      'The call of "weather" has arguments that do not fit the schema: city: type "object" is odd.',
    ],
    ['user', 'Answer again, with the corrected <tool_call> block only.'],
  ];

  test.each(complaints)(
    'by %s «%s», Follows-Prompt-Wrong-Types gets it right',
    async (...complaint) => {
      const bot = 'Follows-Prompt-Wrong-Types';
      expect(await says(bot, ...asked)).toBe(wrong);
      expect(await says(bot, ...asked, ['bot', wrong], complaint)).toBe(TAGGED);
    },
  );

  const invalid = 'Invalid arguments: /city must be string.';
  test.each([
    ['dry', ''],
    [invalid, ''],
    ['dry', '\nAn answer that is not valid is wrong; it must be corrected.'],
  ])('by no result (%s) and by nothing beside it', async (result, beside) => {
    const back: Turn = [
      'user',
      `<tool_result id="a" name="weather">${result}</tool_result>${beside}`,
    ];
    for (const bot of ['Follows-Prompt-Wrong-Types', 'Follows-Prompt-Wrong-Always'])
      expect(await says(bot, ...asked, ['bot', TAGGED], back)).toBe(`The tool answered: ${result}`);
  });

  test('Follows-Prompt-Half-Wrong makes only the call that was wrong', async () => {
    const bot = 'Follows-Prompt-Half-Wrong';
    const both = orders(`${PLAIN}\n${PLAIN.replace('weather', 'mayor')}`);
    const question: Turn = ['user', 'both in parallel'];
    const first = await says(bot, both, question);
    expect(first).toBe(`${TAGGED}\n${wrong.replace('weather', 'mayor')}`);
    const complaint = complaints[0] ?? ['user', ''];
    expect(await says(bot, both, question, ['bot', first], complaint)).toBe(
      TAGGED.replace('weather', 'mayor'),
    );
  });

  test('Follows-Prompt-Wrong-Always never gets it right', async () => {
    const bot = 'Follows-Prompt-Wrong-Always';
    const complaint = complaints[0] ?? ['user', ''];
    expect(await says(bot, ...asked, ['bot', wrong], complaint)).toBe(wrong);
  });
});

describe('asked for JSON in its prompt', () => {
  const schema = {
    type: 'object',
    properties: { name: { type: 'string' }, age: { type: 'integer' } },
  };
  const system: Turn = [
    'system',
    `Answer with JSON that fits this schema:\n${JSON.stringify(schema)}`,
  ];
  const right = '{"name":"name","age":1}';
  const wrong = '{"name":{"value":"name"},"age":"1 or so"}';
  const fenced = (json: string): string => `\`\`\`json\n${json}\n\`\`\``;
  const told: readonly Turn[] = [
    ['bot', fenced(wrong)],
    [
      'user',
      'The JSON does not fit the schema: name: is odd.\nAnswer again, with the corrected JSON only.',
    ],
  ];

  test.each([
    ['Json-In-Prompt', fenced(right), fenced(right)],
    ['Json-In-Prompt-Bare', right, right],
    [
      'Json-In-Prompt-Talks',
      `Here is what you asked for:\n\n${fenced(right)}\n\nAnything else?`,
      fenced(right),
    ],
    ['Json-In-Prompt-Broken', '{"name":"name","age":1,', '{"name":"name","age":1,'],
    ['Json-In-Prompt-Wrong-First', fenced(wrong), fenced(right)],
    ['Json-In-Prompt-Never', fenced(wrong), fenced(wrong)],
    ['Json-In-Prompt-Refuses', 'I would rather not answer in JSON.', 'I would rather not'],
  ])('%s first answers %s, and when it is told %s', async (bot, first, then) => {
    expect(await says(bot, system, ['user', 'Who?'])).toBe(first);
    expect(await says(bot, system, ['user', 'Who?'], ...told)).toContain(then);
  });

  test('Follows-Prompt calls first, and answers in JSON once it has the result', async () => {
    const [, tools] = orders();
    const both: Turn = [
      'system',
      `Answer with JSON only, by ${JSON.stringify(schema)}\n\n${tools}`,
    ];
    const asked: readonly Turn[] = [both, ['user', 'Rain?']];
    expect(await says('Follows-Prompt', ...asked)).toBe(TAGGED);
    const result: Turn = ['user', '<tool_result id="a" name="weather">dry</tool_result>'];
    expect(await says('Follows-Prompt', ...asked, ['bot', TAGGED], result)).toBe(fenced(right));
  });

  test('of tools it answers with the arguments of the first', async () => {
    const argumentsAlone = JSON.stringify({ city: 'city', days: 2 });
    expect(await says('Json-In-Prompt-Bare', orders(), ['user', 'JSON!'])).toBe(argumentsAlone);
  });

  test('without a schema it answers with an object, and not asked for JSON it echoes', async () => {
    const plain: Turn = ['system', 'Answer in JSON.'];
    expect(await says('Json-In-Prompt-Bare', plain, ['user', 'Who?'])).toBe('{"answer":"Who?"}');
    expect(await says('Json-In-Prompt', ['user', 'Who?'])).toBe('Who?');
  });
});
