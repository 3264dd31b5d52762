/**
 * The official Anthropic SDK, driven against Node in front of the simulator: what an app written for
 * Claude meets when its base URL is Poeway's. Bots that are no Claude: their answers are translated.
 */
import Anthropic from '@anthropic-ai/sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nodeHost } from '../hosts/_node.ts';
import { workerd } from '../hosts/_workerd.ts';
import { type Gateway, startGateway } from './gateway.ts';

describe.each([nodeHost(), workerd])('the Anthropic SDK on $name', (host) => {
  let gateway: Gateway;
  let anthropic: Anthropic;

  beforeAll(async () => {
    gateway = await startGateway(host);
    anthropic = client('user-key-1234567890');
  });
  afterAll(() => gateway.close());

  function client(apiKey: string): Anthropic {
    return new Anthropic({ apiKey, baseURL: gateway.url, maxRetries: 0 });
  }

  const user = (content: Anthropic.MessageParam['content']): Anthropic.MessageParam[] => [
    { role: 'user', content },
  ];
  const ask = (model: string, content: Anthropic.MessageParam['content'] = 'one two three') => ({
    model,
    max_tokens: 2048,
    messages: user(content),
  });

  describe('answers', () => {
    test('a whole answer has the text, the counts and the name that was asked for', async () => {
      const { data: message, request_id: id } = await anthropic.messages
        .create(ask('ECHO'))
        .withResponse();
      expect(message).toMatchObject({
        id: expect.stringMatching(/^msg_\w+$/),
        type: 'message',
        role: 'assistant',
        model: 'ECHO',
        content: [{ type: 'text', text: 'one two three' }],
        stop_reason: 'end_turn',
        stop_sequence: null,
        usage: { input_tokens: 3, output_tokens: 3, cache_read_input_tokens: 0 },
      });
      expect(id).toMatch(/^req_/);
    });

    test('a stream is the raw events in their order', async () => {
      const stream = await anthropic.messages.create({ ...ask('Echo'), stream: true });
      const events: Anthropic.MessageStreamEvent[] = [];
      for await (const event of stream) events.push(event);
      expect(events.map(({ type }) => type)).toEqual([
        'message_start',
        'content_block_start',
        ...Array.from({ length: 3 }, () => 'content_block_delta'),
        'content_block_stop',
        'message_delta',
        'message_stop',
      ]);
      expect(events.at(-2)).toMatchObject({
        delta: { stop_reason: 'end_turn' },
        usage: { input_tokens: 3, output_tokens: 3 },
      });
    });

    test('the stream helper tells the text piece by piece, and the whole message', async () => {
      const pieces: string[] = [];
      const stream = anthropic.messages.stream(ask('Echo')).on('text', (text) => pieces.push(text));
      const message = await stream.finalMessage();
      expect(pieces).toEqual(['one', ' two', ' three']);
      expect(await stream.finalText()).toBe('one two three');
      expect(message.usage).toMatchObject({ input_tokens: 3, output_tokens: 3 });
      expect(stream.request_id).toMatch(/^req_/);
    });

    test.each([true, false])('thoughts come before the text (streamed: %s)', async (streamed) => {
      const message = streamed
        ? await anthropic.messages.stream(ask('Thinker')).finalMessage()
        : await anthropic.messages.create(ask('Thinker'));
      expect(message.content).toEqual([
        {
          type: 'thinking',
          thinking: expect.stringContaining('Considering'),
          signature: '',
        },
        { type: 'text', text: 'one two three' },
      ]);
    });

    test('thoughts that are not to be shown are left out', async () => {
      const thinking = { type: 'adaptive', display: 'omitted' } as const;
      const message = await anthropic.messages.create({ ...ask('Thinker'), thinking });
      expect(message.content.map(({ type }) => type)).toEqual(['text']);
    });

    test.each(['Empty', 'Thinker-Only'])(
      '%s gives an empty text, so that there is one',
      async (bot) => {
        const streamed = anthropic.messages.stream(ask(bot));
        const message = await streamed.finalMessage();
        expect(message.content.at(-1)).toMatchObject({ type: 'text', text: '' });
        expect(await streamed.finalText()).toBe('');
        const whole = await anthropic.messages.create(ask(bot));
        expect(whole.content).toEqual(message.content);
      },
    );

    test.each([
      ['Length', { stop_reason: 'max_tokens', stop_sequence: null }],
      ['Filtered', { stop_reason: 'refusal' }],
      ['Refuser', { stop_reason: 'end_turn' }],
      ['Legacy-Finish', { stop_reason: 'end_turn' }],
    ])('%s ends for a reason that Anthropic knows', async (bot, end) => {
      const asked = { ...ask(bot), max_tokens: 2 };
      expect(await anthropic.messages.create(asked)).toMatchObject(end);
      expect(await anthropic.messages.stream(asked).finalMessage()).toMatchObject(end);
    });

    test.each([true, false])(
      'a stop sequence ends the text and is named (streamed: %s)',
      async (streamed) => {
        const asked = { ...ask('Counts'), stop_sequences: ['six', ' four'] };
        const message = streamed
          ? await anthropic.messages.stream(asked).finalMessage()
          : await anthropic.messages.create(asked);
        expect(message).toMatchObject({
          content: [{ type: 'text', text: 'one two three' }],
          stop_reason: 'stop_sequence',
          stop_sequence: ' four',
        });
      },
    );

    test('counts that Poe did not give say that they are estimated', async () => {
      const message = await anthropic.messages.stream(ask('No-Usage')).finalMessage();
      expect(message.usage.input_tokens).toBeGreaterThan(0);
      const whole = await anthropic.messages.create(ask('No-Usage'));
      expect(whole.usage).toMatchObject({ estimated: true });
    });

    test('what the vendor read from its cache is counted apart, and so is thinking', async () => {
      const { usage } = await anthropic.messages.create(ask('Usage-Details'));
      expect(usage.cache_read_input_tokens).toBeGreaterThan(0);
      expect(usage.output_tokens_details?.thinking_tokens).toBeGreaterThan(0);
    });
  });

  describe('what is sent', () => {
    test('the conversation keeps its order, with system messages at their places', async () => {
      const message = await anthropic.beta.messages.create({
        model: 'Conversation',
        max_tokens: 100,
        system: [{ type: 'text', text: 'be brief', cache_control: { type: 'ephemeral' } }],
        messages: [
          { role: 'user', content: 'one' },
          { role: 'user', content: [{ type: 'text', text: 'two' }] },
          { role: 'assistant', content: [{ type: 'text', text: 'three' }] },
          { role: 'system', content: 'now be long' },
          { role: 'user', content: 'four' },
        ],
      });
      const [block] = message.content;
      const told = block?.type === 'text' ? block.text : '';
      const places = ['be brief', 'one', 'two', 'three', 'now be long', 'four'].map((text) =>
        told.indexOf(text),
      );
      expect(places).toEqual([...places].sort((one, other) => one - other));
      expect(places).not.toContain(-1);
    });

    const PNG =
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

    test('pictures and documents reach the bot', async () => {
      const message = await anthropic.messages.create(
        ask('Attachments', [
          { type: 'text', text: 'what is it' },
          { type: 'image', source: { type: 'base64', media_type: 'image/png', data: PNG } },
          {
            type: 'document',
            title: 'plan.pdf',
            source: { type: 'base64', media_type: 'application/pdf', data: btoa('%PDF-1.4 plan') },
          },
          {
            type: 'document',
            source: { type: 'text', media_type: 'text/plain', data: 'the words' },
          },
        ]),
      );
      const told = JSON.stringify(message.content);
      expect(told).toContain('image/png');
      expect(told).toContain('plan.pdf');
      expect(told).toContain('application/pdf');
    });

    test('a file of Anthropic’s is a 400 that says what to send', async () => {
      const asked = anthropic.messages.create(
        ask('Echo', [{ type: 'image', source: { type: 'file', file_id: 'file_1' } }]),
      );
      await expect(asked).rejects.toThrow(/messages\[0\]\.content\[0\]\.source\.type: .*base64/);
    });

    test('what was dropped is named, what makes no difference is not', async () => {
      const own = { top_k: 4 };
      const { response } = await anthropic.beta.messages
        .create({
          ...own,
          ...ask('Echo'),
          metadata: { user_id: 'somebody' },
          service_tier: 'auto',
          container: 'container_1',
          mcp_servers: [{ type: 'url', name: 'files', url: 'https://example.com' }],
          context_management: {
            edits: [{ type: 'clear_thinking_20251015' }, { type: 'clear_tool_uses_20250919' }],
          },
        })
        .withResponse();
      expect(response.headers.get('x-poeway-ignored')?.split(', ').toSorted()).toEqual([
        'container',
        'context_management.clear_tool_uses_20250919',
        'mcp_servers',
        'top_k',
      ]);
    });

    test('a bot’s own parameters may stand beside Anthropic’s', async () => {
      const asked = { ...ask('Parameters'), top_k: 4, creativity: 0.5, aspect: '16:9' };
      const message = await anthropic.messages.create(asked);
      const [block] = message.content;
      expect(JSON.parse(block?.type === 'text' ? block.text : '')).toMatchObject({
        aspect: '16:9',
      });
    });
  });

  describe('JSON by a schema', () => {
    const schema = {
      type: 'object',
      properties: { name: { type: 'string' }, count: { type: 'integer' } },
      required: ['name', 'count'],
      additionalProperties: false,
    };
    const format = { type: 'json_schema', schema } as const;

    test.each(['Json-In-Prompt', 'Responds', 'Json-In-Prompt-Wrong-First'])(
      'is what %s answers with',
      async (bot) => {
        const message = await anthropic.messages.parse({ ...ask(bot), output_config: { format } });
        const [block] = message.content;
        const json: unknown = JSON.parse(block?.type === 'text' ? block.text : '');
        expect(json).toEqual({ name: expect.any(String), count: expect.any(Number) });
      },
    );

    test('is parsed by the stream helper', async () => {
      const asked = { ...ask('Json-In-Prompt'), output_config: { format } };
      const text = await anthropic.messages.stream(asked).finalText();
      expect(JSON.parse(text)).toEqual({ name: expect.any(String), count: expect.any(Number) });
    });

    test('is known by its older name too', async () => {
      const { content } = await anthropic.beta.messages.create({
        ...ask('Json-In-Prompt'),
        output_format: format,
      });
      expect(JSON.stringify(content)).not.toContain('```');
    });
  });

  describe('counting and listing', () => {
    test('tokens are counted by estimate, without asking Poe', async () => {
      const before = gateway.poe.requests.length;
      const little = await anthropic.messages.countTokens({ model: 'Echo', messages: user('hi') });
      const much = await anthropic.messages.countTokens({
        model: 'Echo',
        system: 'word '.repeat(500),
        messages: user('hi'),
      });
      expect(little.input_tokens).toBeGreaterThan(0);
      expect(much.input_tokens).toBeGreaterThan(little.input_tokens + 400);
      expect(gateway.poe.requests.length).toBe(before);
    });

    test('every model is met once, whatever the size of the pages', async () => {
      const all: string[] = [];
      for await (const model of anthropic.models.list({ limit: 1000 })) all.push(model.id);
      const some: string[] = [];
      for await (const model of anthropic.models.list({ limit: 7 })) some.push(model.id);
      expect(all.length).toBeGreaterThan(100);
      expect(new Set(all).size).toBe(all.length);
      expect(some).toEqual(all);
      const first = await anthropic.models.list();
      expect(first.data.map(({ id }) => id)).toEqual(all.slice(0, 20));
    });

    test('a model is told in Anthropic’s shape', async () => {
      const model = await anthropic.models.retrieve('ECHO');
      expect(model).toMatchObject({ type: 'model', id: 'echo', display_name: 'Echo' });
      expect(new Date(model.created_at).getTime()).toBeGreaterThan(0);
      await expect(anthropic.models.retrieve('No-Such-Bot')).rejects.toBeInstanceOf(
        Anthropic.NotFoundError,
      );
    });
  });

  describe('a client that leaves', () => {
    test('ends the call to Poe', async () => {
      const stream = anthropic.messages.stream(ask('Slow'));
      stream.on('text', () => stream.abort());
      await expect(stream.done()).rejects.toBeInstanceOf(Anthropic.APIUserAbortError);
      const request = await gateway.aborted('slow');
      expect(request.path).toBe('/v1/chat/completions');
    });
  });
});
