/** What a request becomes before anybody is asked, and when Poe's list is waited for. */
import { describe, expect, it, vi } from 'vitest';
import { admit } from '../../src/admission.ts';
import { readConfig } from '../../src/config.ts';
import type { Context } from '../../src/context.ts';
import { GatewayError } from '../../src/core/error.ts';
import type { ModelCard } from '../../src/core/model.ts';
import type { ParsedRequest } from '../../src/core/protocol.ts';
import type { GenerationRequest } from '../../src/core/request.ts';
import type { Way } from '../../src/core/upstream.ts';
import type { JsonObject } from '../../src/lib/json.ts';
import { poeBot } from '../../src/upstreams/poe-bot/index.ts';
import { poeChat } from '../../src/upstreams/poe-chat/index.ts';
import { plainRequest } from './record.ts';

const CHAT: Way = { upstream: poeChat, nativeTools: true, format: 'emulated' };
const BOT: Way = { upstream: poeBot, nativeTools: true, format: 'emulated' };

function card(
  output: readonly string[],
  parameters: readonly { readonly name: string; readonly schema: JsonObject }[] = [],
): ModelCard {
  return {
    id: 'gpt-5',
    displayName: 'GPT-5',
    owner: 'OpenAI',
    created: 0,
    outputModalities: output,
    parameters: new Map(parameters.map(({ name, schema }) => [name, schema])),
    entry: {},
  };
}

interface House {
  /** In memory already. */
  readonly known?: ModelCard;
  /** What Poe would give; nothing: it fails. */
  readonly given?: ModelCard;
  /** Milliseconds that Poe takes. */
  readonly after?: number;
}

function setUp({ known, given, after = 0 }: House) {
  let loads = 0;
  const logged: string[] = [];
  const listOf = (one: ModelCard) => new Map([[one.id, one]]);
  const context = {
    config: readConfig({}),
    platform: { log: (_: string, message: string) => logged.push(message) },
    beside: () => undefined,
    modelMaps: { current: () => readConfig({}).modelMap },
    catalogue: {
      peek: () => known && listOf(known),
      isMissing: () => known === undefined,
      load() {
        loads += 1;
        if (given)
          return new Promise((resolve) => {
            setTimeout(() => resolve(listOf(given)), after);
          });
        return Promise.reject(new GatewayError('upstream-failed', 'no list'));
      },
    },
  };
  return {
    logged,
    loads: () => loads,
    admit: (changes: Partial<GenerationRequest>, parsed: Partial<ParsedRequest> = {}) => {
      const request = plainRequest(changes);
      const rest = { streamed: true, choices: 1, ignored: [], parameterFields: new Map() };
      // Only what admission looks at.
      const whole = { request, ...rest, ...parsed } as unknown as ParsedRequest;
      return admit(context as unknown as Context, whole, {
        kind: 'own',
        credential: 'key',
      });
    },
  };
}

const STEPS = { name: 'steps', schema: { type: 'number' } };
const EFFORT = { name: 'reasoning_effort', schema: { enum: ['low', 'high'] } };
const PDF = { type: 'file', url: 'data:application/pdf;base64,AAAA', filename: 'a.pdf' } as const;

describe('the list of Poe', () => {
  const NEEDED: readonly (readonly [string, Partial<GenerationRequest>])[] = [
    ['parameters', { parameters: { steps: 3 } }],
    ['an effort', { reasoningEffort: 'low' }],
    ['tools', { tools: [{ name: 'weather' }] }],
    ['a format', { outputFormat: { type: 'json-object' } }],
    ['a file', { messages: [{ role: 'user', content: [PDF] }] }],
  ];
  it.each(NEEDED)('is waited for where the request has %s', async (_, changes) => {
    const { admit: ask, loads } = setUp({ given: card(['text']) });
    expect((await ask(changes)).card?.id).toBe('gpt-5');
    expect(loads()).toBe(1);
  });

  it('is waited for by plain words, for a second at most', async () => {
    const soon = setUp({ given: card(['image']) });
    expect(await soon.admit({})).toMatchObject({ listKnown: true, card: { id: 'gpt-5' } });
    vi.useFakeTimers();
    const late = setUp({ given: card(['image']), after: 5_000 });
    const admitted = late.admit({});
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await admitted).toMatchObject({ card: undefined, listKnown: false, model: 'gpt-5' });
    vi.useRealTimers();
  });

  it('is not asked for again where it is known', async () => {
    const { admit: ask, loads } = setUp({ known: card(['text']) });
    expect((await ask({ reasoningEffort: 'low' })).listKnown).toBe(true);
    expect(loads()).toBe(0);
  });

  it('may fail, and the request goes on', async () => {
    const { admit: ask, logged } = setUp({});
    expect(await ask({ tools: [{ name: 'weather' }] })).toMatchObject({ listKnown: false });
    expect(logged).toHaveLength(1);
  });
});

describe('a request, as each way is to be asked', () => {
  it('has declared parameters for the chat endpoint, all for the native protocol', async () => {
    const { admit: ask } = setUp({ known: { ...card(['text']), id: 'another' } });
    const { prepare, ignored } = await ask({ parameters: { steps: 3 }, reasoningEffort: 'low' });
    expect(prepare(CHAT).request).toMatchObject({ parameters: {}, reasoningEffort: 'low' });
    expect(prepare(BOT).request.parameters).toEqual({ steps: 3 });
    expect(ignored(CHAT)).toEqual(['steps']);
    expect(ignored(BOT)).toEqual(['reasoning_effort']);
  });

  it('has an effort once: as a parameter where the bot declares it', async () => {
    const { admit: ask } = setUp({ known: card(['text'], [STEPS, EFFORT]) });
    const { prepare, ignored } = await ask({
      reasoningEffort: 'minimal',
      parameters: { steps: '4' },
    });
    const parameters = { reasoning_effort: 'low', steps: 4 };
    expect(prepare(BOT).request).toMatchObject({ parameters, reasoningEffort: undefined });
    expect(prepare(CHAT).request).toMatchObject({ parameters });
    expect([...ignored(CHAT), ...ignored(BOT)]).toEqual([]);
  });

  it('names what it ignores in the words of the client', async () => {
    const { admit: ask } = setUp({ known: card(['text']) });
    const { ignored } = await ask(
      { parameters: { web_search: true }, maxOutputTokens: 5, topP: 0.5 },
      { ignored: ['seed'], parameterFields: new Map([['web_search', 'web_search_options']]) },
    );
    expect(ignored(CHAT)).toEqual(['seed', 'web_search_options']);
    expect(ignored(BOT)).toEqual(['seed', 'web_search_options', 'max_tokens', 'top_p']);
  });

  it.each([
    ['text', true, true],
    ['image', false, true],
    ['video', false, true],
    ['audio', false, true],
  ])('with an answer of %s is streamed: chat %s, native %s', async (kind, chat, native) => {
    const { admit: ask } = setUp({ known: card([kind]) });
    const { prepare } = await ask({});
    expect([prepare(CHAT).stream, prepare(BOT).stream]).toEqual([chat, native]);
  });
});
