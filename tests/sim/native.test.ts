/** What bots say natively: the reference's transcripts, and every bot by the library's rules. */
import { describe, expect, test } from 'vitest';
import { bots } from '../../sim/bots.ts';
import { ask as askChat, simulatorForFile } from './client.ts';
import { ask, eventsOf, protocolMessage, query, queryEvents } from './native.ts';

const simulator = simulatorForFile();

const META =
  'event: meta\ndata: {"content_type": "text/markdown", "linkify": true, "suggested_replies": false, "refetch_settings": false}\n\n';
const DONE = 'event: done\ndata: {}\n\n';

async function body(bot: string, extra: object = {}): Promise<string> {
  return (await query(simulator(), bot, extra)).text();
}

function said(content: string, extra: object = {}): object {
  return { query: [protocolMessage(content, extra)] };
}

describe('the framing', () => {
  test('of N1, plain text with suggestions, is that of the reference', async () => {
    const text = (words: string): string => `event: text\ndata: {"text": "${words}"}\n\n`;
    const suggested = (words: string): string =>
      `event: suggested_reply\ndata: {"text": "${words}"}\n\n`;
    expect(await body('Suggests')).toBe(
      `${META}${text('Hello')}${text(', world!')}${suggested('Tell me more')}${suggested('And then?')}${DONE}`,
    );
  });

  test('of N2, a picture behind progress, is that of the reference', async () => {
    const text = await body('Progress-Image', said('a cat'));
    const [reference = ''] = /(?<="inline_ref": ")\w{8}(?=")/.exec(text) ?? [];
    expect(text).toMatch(
      /^event: meta\n.*\n\nevent: replace_response\ndata: \{"text": "Generating image \(1s elapsed\)"\}\n\nevent: replace_response\ndata: \{"text": "Generating image \(4s elapsed\)"\}\n\nevent: file\ndata: \{"url": "https:\/\/pfst\.cf2\.poecdn\.net\/base\/image\/[0-9a-f]{64}\?w=1024&h=1024", "content_type": "image\/png", "name": "a cat\.png", "inline_ref": "\w{8}"\}\n\n/,
    );
    expect(text).toContain(
      `event: replace_response\ndata: {"text": "![a cat.png][${reference}]\\n"}`,
    );
    expect(text.endsWith(DONE)).toBe(true);
  });

  test('of N4, thoughts in a quotation, is that of the reference', async () => {
    const { text } = await ask(simulator(), 'Thinker', said('323'));
    expect(text).toBe(
      '*Thinking...*\n\n> **Considering the question**\n> \n> The words are given back as they came.\n\n323',
    );
  });

  test('of N9, two responses, has an index in every event', async () => {
    expect(await body('Two-Responses')).toBe(
      `${META}event: text\ndata: {"text": "hello", "index": 0}\n\n` +
        `event: text\ndata: {"text": "hi.", "index": 1}\n\n` +
        `event: replace_response\ndata: {"text": "x", "index": 0}\n\n${DONE}`,
    );
  });

  test('of N10 has unknown events, state, pings and a late meta', async () => {
    const events = (await queryEvents(simulator(), 'Noise')).map(({ event }) => event);
    expect(events).toEqual(expect.arrayContaining(['ping', 'foo', 'data', 'bar']));
    expect(events.lastIndexOf('meta')).toBeGreaterThan(events.indexOf('data'));
  });

  test.each([
    'CRLF',
    'SSE-Starlette',
    'Progress-Replaced',
    'No-Meta',
    'Tool-Caller-CRLF',
    'File-Video',
  ])('of %s ends its lines in CR LF, of Echo in LF', async (bot) => {
    expect(await body(bot)).not.toMatch(/[^\r]\n/);
    expect(await body('Echo')).not.toContain('\r');
  });

  test('of SSE-Starlette has comments with a time', async () => {
    expect(await body('SSE-Starlette')).toContain(': ping - 2026-11-21 01:00:00+00:00\r\n\r\n');
  });

  test('comes as an event stream that nobody may store', async () => {
    const { headers } = await query(simulator(), 'Echo');
    expect(headers.get('content-type')).toContain('text/event-stream');
    expect(headers.get('cache-control')).toBe('no-store');
  });
});

/** Bot → the text, the number of files, and the end that the library would report. */
const HEARD: ReadonlyArray<
  readonly [bot: string, text: string, files: number, end: 'done' | 'error' | 'cut']
> = [
  ['Echo', 'Hello  there, world', 0, 'done'],
  ['eCHO', 'Hello  there, world', 0, 'done'],
  ['Community-Bot', 'Hello  there, world', 0, 'done'],
  ['%45cho', 'Hello  there, world', 0, 'done'],
  ['Shouts', 'HELLO  THERE, WORLD', 0, 'done'],
  ['Empty', '', 0, 'done'],
  ['Image-Maker', '![Hello  there, world.png][', 1, 'done'],
  ['Progress-Thinks', 'Hello  there, world', 0, 'done'],
  ['Progress-Replaced', 'Hello  there, world', 0, 'done'],
  ['Thinker-Progress', 'Hello  there, world', 0, 'done'],
  ['Progress-Image-File-Only', '', 1, 'done'],
  ['Progress-Image-File-Last', '![Hello  there, world.png][', 1, 'done'],
  ['Progress-Image-Address', '![Hello  there, world.png](https://pfst.', 1, 'done'],
  ['Progress-Image-No-Ref', 'Here is your picture.', 1, 'done'],
  ['Progress-Image-Two', '![Hello  there, world.png][', 2, 'done'],
  ['Progress-Video', '', 1, 'done'],
  ['File-Alone', '', 1, 'done'],
  ['File-Audio', '', 1, 'done'],
  ['File-Video', '', 1, 'done'],
  ['Replaces-Contradicts', 'No: it is five. Quite sure.', 0, 'done'],
  ['Replaces-Extends', 'The answer is four. Quite sure.', 0, 'done'],
  ['Replaces-Shortens', 'The answer is four', 0, 'done'],
  ['Odd-Index', 'Hello  there, world', 0, 'done'],
  ['Two-Responses', 'x|hi.', 0, 'done'],
  ['No-Meta', 'Hello  there, world', 0, 'done'],
  ['After-Done', 'Hello  there, world', 0, 'done'],
  ['Done-Odd', 'Hello  there, world', 0, 'done'],
  ['Done-Empty', 'Hello  there, world', 0, 'done'],
  ['Done-Alone', '', 0, 'done'],
  ['Meta-Alone', '', 0, 'cut'],
  ['No-Blank-Line-At-End', 'Hello  there, world', 0, 'done'],
  ['Multi-Line-Data', 'Hello  there, world', 0, 'done'],
  ['Byte-By-Byte', 'Hello  there, world', 0, 'done'],
  ['BOM', 'Hello  there, world', 0, 'done'],
  ['No-Done', 'one two', 0, 'cut'],
  ['Ends-Quietly', 'one two three', 0, 'cut'],
  ['Error-Midway', 'one two three', 0, 'error'],
  ['Error-First', '', 0, 'error'],
  ['Empty-Body', '', 0, 'cut'],
];

test.each(HEARD)('%s is heard to say «%s», with %i files, and ends: %s', async (...row) => {
  const [bot, text, files, end] = row;
  const heard = await ask(simulator(), bot);
  expect(heard.text.startsWith(text)).toBe(true);
  expect(heard.text === '').toBe(text === '');
  expect(heard.files).toHaveLength(files);
  expect(heard.end).toBe(end);
});

test.each([
  ['Progress-Image-No-Ref', null],
  ['File-Audio', null],
  ['Progress-Image', expect.stringMatching(/^\w{8}$/)],
])('the file of %s has the inline_ref %s', async (bot, reference) => {
  const { files } = await ask(simulator(), bot);
  expect(files[0]).toMatchObject({ inline_ref: reference });
});

test('After-Done goes on talking after the end', async () => {
  const events = await queryEvents(simulator(), 'After-Done');
  expect(events.at(-2)?.event).toBe('done');
  expect(events.at(-1)?.event).toBe('text');
});

test('Malformed has one event that is not JSON, and Broken-Midway breaks off', async () => {
  const events = await queryEvents(simulator(), 'Malformed');
  expect(events.filter(({ data }) => data === '{not json}')).toHaveLength(1);
  await expect(body('Broken-Midway')).rejects.toThrow('terminated');
});

test('Ignores-Stream answers JSON where events were expected', async () => {
  const response = await query(simulator(), 'Ignores-Stream');
  expect(response.headers.get('content-type')).toBe('application/json');
});

test('Fixed-Cost sends as many chunks as its parameters say', async () => {
  const parameters = { chunks: 7, chunk_bytes: 50 };
  const { text, end } = await ask(simulator(), 'Fixed-Cost', said('go', { parameters }));
  expect([text.length, end]).toEqual([350, 'done']);
});

/** Bots that never end an answer, break it off, or take long over it. */
const EXCEPTIONS =
  /^(Silent|Hangs-After-Finish|Broken-Midway|Responds-Broken|Responds-Silent|Slow|Long-Line|Error-Flood)/;

test('every other bot answers natively in its own words', async () => {
  const answers = bots.map(async ({ name }) => {
    if (EXCEPTIONS.test(name)) return [];
    const response = await query(simulator(), name);
    const text = await response.text();
    return text.includes('simulator_mistake') ? [`${name}: ${text}`] : [];
  });
  expect((await Promise.all(answers)).flat()).toEqual([]);
});

/** On the chat endpoint only what is left in the end is heard. */
test.each([
  ['Progress-Thinks', 'Hello  there, world'],
  ['Replaces-Contradicts', 'No: it is five. Quite sure.'],
  ['Two-Responses', 'x\n\nhi.'],
  ['Noise', 'Hello  there, world'],
  ['Odd-Index', 'Hello  there, world'],
])('%s says «%s» on the chat endpoint', async (bot, content) => {
  const response = await askChat(simulator(), bot);
  expect(await response.json()).toMatchObject({ choices: [{ message: { content } }] });
});

test.each([
  'Progress-Image',
  'Progress-Image-File-Last',
  'Progress-Image-File-Only',
  'Image-Maker',
])('%s gives a picture and its address on the chat endpoint', async (bot) => {
  const response = await askChat(simulator(), bot);
  const reply = (await response.json()) as { choices: [{ message: { content: string } }] };
  expect(reply.choices[0].message.content).toMatch(/^!\[[^\]]+\]\((https:\/\/[^)]+)\)\n\n\1$/);
});

test('events are read by their own rules', () => {
  expect(eventsOf(': ping\r\n\r\nevent: a\r\ndata: 1\r\ndata: 2\r\n\r\ndata: 3')).toEqual([
    { event: 'a', data: '1\n2' },
    { event: '', data: '3' },
  ]);
});
