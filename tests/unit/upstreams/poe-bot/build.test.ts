/** The native request, field by field, as Poe's own Python client would send it. */
import { describe, expect, it } from 'vitest';
import type { ContentPart, GenerationRequest, Message } from '../../../../src/core/request.ts';
import type { CallOptions } from '../../../../src/core/upstream.ts';
import { poeBot } from '../../../../src/upstreams/poe-bot/index.ts';
import { plainRequest, thrownBy } from '../../record.ts';

const OPTIONS: CallOptions = { baseUrl: 'https://api.poe.com', key: 'the-key', stream: true };
const PNG = 'data:image/png;base64,AAAA';
const UPLOADED = {
  url: 'https://pfst.cf2.poecdn.net/x',
  mediaType: 'image/png',
  name: 'image.png',
};

interface Body {
  readonly [field: string]: unknown;
  readonly query: readonly Readonly<Record<string, unknown>>[];
}

function build(changes: Partial<GenerationRequest>, options: Partial<CallOptions> = {}) {
  const call = poeBot.build(plainRequest(changes), { ...OPTIONS, ...options });
  return { ...call, json: JSON.parse(String(call.body)) as Body };
}

function text(words: string): ContentPart {
  return { type: 'text', text: words };
}

function user(...content: readonly ContentPart[]): Message {
  return { role: 'user', content };
}

const calling = (words: string, ...ids: readonly string[]): Message => ({
  role: 'assistant',
  content: words === '' ? [] : [text(words)],
  toolCalls: ids.map((id) => ({ id, name: `do_${id}`, arguments: `{"id":"${id}"}` })),
});
const result = (toolCallId: string, ...content: readonly ContentPart[]): Message => ({
  role: 'tool',
  toolCallId,
  content,
});

/** Roles and texts of the query. */
function spoken({ query }: Body): readonly string[] {
  return query.map(({ role, content }) => `${String(role)}: ${String(content)}`);
}

describe('build', () => {
  it('sends what the official client sends', () => {
    const { json, ...call } = build({});
    expect(call).toMatchObject({
      method: 'POST',
      url: 'https://api.poe.com/bot/gpt-5',
      headers: {
        authorization: 'Bearer the-key',
        'content-type': 'application/json',
        accept: 'text/event-stream',
      },
    });
    expect(json).toEqual({
      version: '1.2',
      type: 'query',
      query: [
        {
          role: 'user',
          content: 'Hello',
          content_type: 'text/markdown',
          parameters: {},
          attachments: [],
        },
      ],
      user_id: '',
      conversation_id: '',
      message_id: '',
      skip_system_prompt: false,
      logit_bias: {},
      stop_sequences: [],
    });
  });

  it.each([
    { model: 'Claude-Opus-4.5', path: 'Claude-Opus-4.5' },
    { model: '助手', path: '%E5%8A%A9%E6%89%8B' },
    { model: 'a/../b?c#d', path: 'a%2F..%2Fb%3Fc%23d' },
    { model: 'half \ud83d', path: 'half%20%3F' },
  ])('escapes the name $model', ({ model, path }) => {
    expect(build({ model }).url).toBe(`https://api.poe.com/bot/${path}`);
  });

  it.each(['.', '..', ''])('knows no bot called "%s"', (model) => {
    expect(thrownBy(() => build({ model }))).toMatchObject({ kind: 'model-not-found' });
  });

  it('sends temperature and the stop sequences that vendors take', () => {
    const { json } = build({ temperature: 0.5, stop: ['END', '\n\n'] });
    expect(json).toMatchObject({ temperature: 0.5, stop_sequences: ['END'] });
  });

  it('puts the parameters of the bot into the last message alone', () => {
    const messages = [user(text('One')), user(text('Two'))];
    const { json } = build({ messages, parameters: { aspect: '3:2' }, reasoningEffort: 'low' });
    expect(json.query).toMatchObject([
      { content: 'One', parameters: {} },
      { content: 'Two', parameters: { aspect: '3:2' } },
    ]);
    expect(json.query.at(-1)?.['parameters']).toEqual({ aspect: '3:2' });
  });

  it('speaks in the roles of the protocol, and joins parts as paragraphs', () => {
    const { json } = build({
      messages: [
        { role: 'system', content: [text('Be brief.')] },
        user(text('One'), text(''), text('Two')),
        { role: 'assistant', content: [text('Three')], toolCalls: [] },
        user(text('Four')),
      ],
    });
    expect(spoken(json)).toEqual([
      'system: Be brief.',
      'user: One\n\nTwo',
      'bot: Three',
      'user: Four',
    ]);
  });

  it('puts a file beside the message that it belongs to', () => {
    const attachments = new Map([[PNG, UPLOADED]]);
    const messages = [user(text('Look'), { type: 'image', url: PNG }), user(text('Well?'))];
    const { json } = build({ messages }, { attachments });
    const wire = { url: UPLOADED.url, content_type: 'image/png', name: 'image.png' };
    expect(json.query).toMatchObject([
      { content: 'Look', attachments: [wire] },
      { attachments: [] },
    ]);
  });

  it.each<{ part: ContentPart; type: string; name: string }>([
    {
      part: { type: 'image', url: 'https://pfst.cf2.poecdn.net/base/image/ab?w=1' },
      type: 'image/png',
      name: 'image.png',
    },
    {
      part: { type: 'image', url: 'https://pfst.cf2.poecdn.net/a%20cat.jpg' },
      type: 'image/jpeg',
      name: 'a cat.jpg',
    },
    {
      part: { type: 'file', url: 'https://x.poecdn.net/base/audio/ab', filename: '' },
      type: 'audio/mpeg',
      name: 'audio.mp3',
    },
    {
      part: { type: 'file', url: 'https://poecdn.net/ab', filename: 'C:\\a\\b.PDF' },
      type: 'application/pdf',
      name: 'b.PDF',
    },
  ])('passes $part.url through, which Poe has', ({ part, type, name }) => {
    const { json } = build({ messages: [user(part)] });
    expect(json.query[0]).toMatchObject({
      content: '',
      attachments: [{ url: part.type === 'text' ? '' : part.url, content_type: type, name }],
    });
  });

  it.each([
    PNG,
    'https://example.com/a.png',
    'https://poecdn.net.example.com/',
    'http://poecdn.net/a',
  ])('calls it a mistake of ours that %s was not uploaded', (url) => {
    const error = thrownBy(() => build({ messages: [user({ type: 'image', url })] }));
    expect(error).toMatchObject({ kind: 'internal' });
    expect(String(error)).not.toContain(url);
  });
});

describe('build, with tools', () => {
  const tools = [{ name: 'clock' }, { name: 'weather', description: 'Tells it.' }];

  it('sends tools with a description and the part of the schema that Poe knows', () => {
    const schema = {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      properties: { city: { $ref: '#/$defs/City' } },
      required: ['city'],
      additionalProperties: false,
      $defs: { City: { type: 'string' } },
    };
    const { json } = build({ tools: [{ name: 'clock' }, { name: 'go', parameters: schema }] });
    expect(json['tools']).toEqual([
      {
        type: 'function',
        function: {
          name: 'clock',
          description: 'clock',
          parameters: { type: 'object', properties: {} },
        },
      },
      {
        type: 'function',
        function: {
          name: 'go',
          description: 'go',
          parameters: {
            type: 'object',
            properties: { city: { $ref: '#/$defs/City' } },
            required: ['city'],
            $defs: { City: { type: 'string' } },
          },
        },
      },
    ]);
  });

  it.each([
    { toolChoice: 'none', names: undefined },
    { toolChoice: 'required', names: ['clock', 'weather'] },
    { toolChoice: { name: 'weather' }, names: ['weather'] },
    { toolChoice: { name: 'nothing' }, names: ['clock', 'weather'] },
  ] as const)('offers $names when the choice is $toolChoice', ({ toolChoice, names }) => {
    const offered = build({ tools, toolChoice }).json['tools'] as
      | readonly { function: { name: string } }[]
      | undefined;
    expect(offered?.map((tool) => tool.function.name)).toEqual(names);
  });

  it('puts the calls and results of all rounds beside the conversation, each once', () => {
    const { json } = build({
      tools,
      toolChoice: 'none',
      messages: [
        user(text('Go')),
        calling('First', 'a', 'b'),
        result('a', text('1'), text('2')),
        result('b', text('{"x":1}')),
        user(text('And?')),
        calling('', 'c', 'a'),
        result('c', text('3')),
        result('a', text('4')),
      ],
    });
    expect(spoken(json)).toEqual(['user: Go', 'bot: First', 'user: And?']);
    const call = (id: string) => ({
      id,
      type: 'function',
      function: { name: `do_${id}`, arguments: `{"id":"${id}"}` },
    });
    const back = (id: string, content: string) => ({
      role: 'tool',
      name: `do_${id}`,
      tool_call_id: id,
      content,
    });
    expect(json['tool_calls']).toEqual([call('b'), call('c'), call('a')]);
    expect(json['tool_results']).toEqual([back('b', '{"x":1}'), back('c', '3'), back('a', '4')]);
    expect(json['tools']).toHaveLength(2);
  });

  it('ends with the question, as the official client does', () => {
    const messages = [user(text('Go')), calling('Let me look.', 'a'), result('a', text('1'))];
    expect(spoken(build({ tools, messages }).json)).toEqual(['user: Go']);
  });

  it('puts a file that a tool gives beside the last message', () => {
    const attachments = new Map([[PNG, UPLOADED]]);
    const messages = [user(text('Go')), calling('', 'a'), result('a', { type: 'image', url: PNG })];
    const { json } = build({ tools, messages }, { attachments });
    expect(json.query).toMatchObject([{ content: 'Go', attachments: [{ url: UPLOADED.url }] }]);
    expect(json['tool_results']).toMatchObject([{ content: '' }]);
  });

  it('names a result whose call is not known', () => {
    const { json } = build({ messages: [result('x', text('1'))] });
    expect(json['tool_results']).toMatchObject([{ name: 'tool', tool_call_id: 'x' }]);
    expect(spoken(json)).toEqual(['user: ']);
  });
});
