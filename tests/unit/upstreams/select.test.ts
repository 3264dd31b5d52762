/** Which ways serve a request, in which order, and who does tools and formats there: a table. */
import { describe, expect, it } from 'vitest';
import type { ModelCard } from '../../../src/core/model.ts';
import type { JsonObject } from '../../../src/lib/json.ts';
import type { ContentPart, GenerationRequest, Message } from '../../../src/core/request.ts';
import { type Circumstances, selectWays } from '../../../src/upstreams/select.ts';
import { plainRequest } from '../record.ts';

interface CardFacts {
  readonly output?: readonly string[];
  readonly tools?: boolean;
  readonly responds?: boolean;
  readonly isClaude?: boolean;
  readonly owner?: string;
}

function card({
  output = ['text'],
  tools = true,
  responds = false,
  isClaude = false,
  owner = 'OpenAI',
}: CardFacts): ModelCard {
  const endpoints = [
    '/v1/chat/completions',
    ...(responds ? ['/v1/responses'] : []),
    ...(isClaude ? ['/v1/messages'] : []),
  ];
  const features = tools ? ['tools'] : [];
  return {
    id: 'bot',
    displayName: 'Bot',
    owner,
    created: 0,
    outputModalities: output,
    parameters: new Map(),
    entry: { supported_features: features, supported_endpoints: endpoints },
  };
}

const TALKER = card({});
const TOOLLESS = card({ tools: false });
const PAINTER = card({ output: ['image'], tools: false });
const RESPONDER = card({ responds: true });
const CLAUDE = card({ responds: true, isClaude: true, owner: 'Anthropic' });
const GEMINI = card({ responds: true, owner: 'Google' });

const user = (...content: readonly ContentPart[]): Message => ({ role: 'user', content });
const PDF: ContentPart = {
  type: 'file',
  url: 'data:application/pdf;base64,AAAA',
  filename: 'a.pdf',
};
const LINKED: ContentPart = { type: 'file', url: 'https://host/a.pdf', filename: '' };
const IMAGE: ContentPart = { type: 'image', url: 'data:image/png;base64,AAAA' };
const tools = [{ name: 'weather' }];
const called: Message = {
  role: 'assistant',
  content: [],
  toolCalls: [{ id: 'a', name: 'weather', arguments: '{}' }],
};
const result: Message = { role: 'tool', toolCallId: 'a', content: [] };
const strict = { type: 'json-schema', name: 'x', schema: {}, strict: true } as const;
const loose = { type: 'json-schema', name: 'x', schema: {} } as const;

const BETA = { 'anthropic-beta': 'effort-2025-11-24' };
const messages = (headers: Readonly<Record<string, string>> = {}): Partial<GenerationRequest> => ({
  original: { protocol: 'anthropic-messages', body: {}, headers },
});
const responses = (body: JsonObject = {}): Partial<GenerationRequest> => ({
  original: { protocol: 'openai-responses', body, headers: {} },
});
const WITH_SEARCH = responses({ tools: [{ type: 'function' }, { type: 'tool_search' }] });

interface Row {
  readonly what: string;
  readonly request?: Partial<GenerationRequest>;
  readonly card?: ModelCard | undefined;
  readonly circumstances?: Partial<Circumstances>;
  /** `chat+` has tools of its own, `chat` does not; a format's keeper stands behind a colon. */
  readonly ways: string;
}

const ROWS: readonly Row[] = [
  { what: 'words', ways: 'chat+ bot+' },
  { what: 'words to a bot without tools', card: TOOLLESS, ways: 'chat bot' },
  { what: 'words to a community bot', card: undefined, ways: 'chat bot' },
  {
    what: 'words to a bot that nobody knows',
    card: undefined,
    circumstances: { listKnown: false },
    ways: 'chat+ bot+',
  },
  { what: 'a picture to make', card: PAINTER, ways: 'bot chat' },
  { what: 'a picture to look at', request: { messages: [user(IMAGE)] }, ways: 'chat+ bot+' },
  { what: 'a file', request: { messages: [user(PDF)] }, ways: 'bot+ chat+' },
  { what: 'a file and tools', request: { messages: [user(PDF)], tools }, ways: 'chat+ bot+' },
  {
    what: 'a file and tools, to a bot without',
    card: TOOLLESS,
    request: { messages: [user(PDF)], tools },
    ways: 'bot chat',
  },
  {
    what: 'a file by its link, with tools',
    request: { messages: [user(LINKED)], tools },
    ways: 'bot+ chat+',
  },
  {
    what: 'parameters of a community bot',
    card: undefined,
    request: { parameters: { steps: 3 } },
    ways: 'bot chat',
  },
  { what: 'parameters of a listed bot', request: { parameters: { steps: 3 } }, ways: 'chat+ bot+' },
  {
    what: 'a bot that the chat endpoint refuses',
    circumstances: { refuses: (what) => what === 'chat' },
    ways: 'bot+ chat+',
  },
  {
    what: 'a bot that refuses tools',
    request: { tools },
    circumstances: { refuses: (what) => what === 'tools' },
    ways: 'chat bot',
  },
  { what: 'tools', request: { tools }, ways: 'chat+ bot+' },
  { what: 'a forced tool', request: { tools, toolChoice: 'required' }, ways: 'chat+ bot' },
  { what: 'a forbidden tool', request: { tools, toolChoice: 'none' }, ways: 'chat+ bot' },
  { what: 'a named tool', request: { tools, toolChoice: { name: 'weather' } }, ways: 'chat+ bot' },
  { what: 'one call at a time', request: { tools, parallelToolCalls: false }, ways: 'chat+ bot' },
  {
    what: 'results at the end',
    request: { tools, messages: [user(), called, result, result] },
    ways: 'chat+ bot+',
  },
  {
    what: 'results in the middle',
    request: { tools, messages: [user(), called, result, user()] },
    ways: 'chat+ bot',
  },
  {
    what: 'two rounds of results',
    request: { tools, messages: [user(), called, result, called, result] },
    ways: 'chat+ bot',
  },
  { what: 'JSON', request: { outputFormat: loose }, ways: 'chat+ bot+' },
  {
    what: 'a strict schema for OpenAI’s models',
    card: RESPONDER,
    request: { outputFormat: strict },
    ways: 'responses+:native chat+ bot+',
  },
  {
    what: 'a schema for OpenAI’s models',
    card: RESPONDER,
    request: { outputFormat: loose },
    ways: 'responses+:checked chat+ bot+',
  },
  {
    what: 'a strict schema for another’s',
    card: CLAUDE,
    request: { outputFormat: strict },
    ways: 'responses+:checked chat+ bot+',
  },
  {
    what: 'a schema for Google’s',
    card: GEMINI,
    request: { outputFormat: strict },
    ways: 'chat+ bot+',
  },
  { what: 'no format for them', card: RESPONDER, ways: 'chat+ bot+' },
  {
    what: 'UPSTREAM=chat, for pictures too',
    card: PAINTER,
    circumstances: { choice: 'chat' },
    ways: 'chat',
  },
  { what: 'UPSTREAM=bot', circumstances: { choice: 'bot' }, ways: 'bot+' },
  {
    what: 'UPSTREAM=bot, with a schema',
    card: RESPONDER,
    request: { outputFormat: strict },
    circumstances: { choice: 'bot' },
    ways: 'bot+',
  },
  {
    what: 'Anthropic’s protocol for Claude',
    card: CLAUDE,
    request: messages(),
    ways: 'messages:native chat+ bot+',
  },
  {
    what: 'Anthropic’s protocol with beta features, for Claude',
    card: CLAUDE,
    request: messages(BETA),
    ways: 'messages:native messages:native chat+ bot+',
  },
  {
    what: 'OpenAI’s protocol for a painter, which is asked unstreamed',
    card: card({ output: ['image'], tools: false, responds: true }),
    request: responses(),
    ways: 'bot chat',
  },
  {
    what: 'Anthropic’s protocol for a Claude that refuses beta features',
    card: CLAUDE,
    request: messages(BETA),
    circumstances: { refuses: (what) => what === 'relay-betas' },
    ways: 'messages:native chat+ bot+',
  },
  {
    what: 'Anthropic’s protocol for a Claude that is not to be relayed to',
    card: CLAUDE,
    request: messages(),
    circumstances: { refuses: (what) => what === 'relay' },
    ways: 'chat+ bot+',
  },
  { what: 'Anthropic’s protocol for another bot', request: messages(), ways: 'chat+ bot+' },
  {
    what: 'Anthropic’s protocol for a name of Claude’s, without the list',
    card: undefined,
    request: { ...messages(BETA), model: 'claude-opus-4.5' },
    circumstances: { listKnown: false },
    ways: 'messages:native messages:native chat+ bot+',
  },
  {
    what: 'Anthropic’s protocol for a community bot of such a name',
    card: undefined,
    request: { ...messages(), model: 'claude-opus-4.5' },
    ways: 'chat bot',
  },
  {
    what: 'Anthropic’s protocol, UPSTREAM=chat',
    card: CLAUDE,
    request: messages(),
    circumstances: { choice: 'chat' },
    ways: 'chat+',
  },
  {
    what: 'OpenAI’s protocol for its models',
    card: RESPONDER,
    request: responses(),
    ways: 'responses:native chat+ bot+',
  },
  {
    what: 'OpenAI’s protocol with a schema',
    card: RESPONDER,
    request: { ...responses(), outputFormat: strict },
    ways: 'responses:native responses+:native chat+ bot+',
  },
  {
    what: 'OpenAI’s protocol for Google’s models',
    card: GEMINI,
    request: responses(),
    ways: 'chat+ bot+',
  },
  { what: 'OpenAI’s protocol for another bot', request: responses(), ways: 'chat+ bot+' },
  {
    what: 'special tools',
    card: RESPONDER,
    request: WITH_SEARCH,
    ways: 'responses:native chat+ bot+',
  },
  {
    what: 'special tools, once they were refused',
    card: RESPONDER,
    request: WITH_SEARCH,
    circumstances: { refuses: (what) => what === 'relay-tools' },
    ways: 'chat+ bot+',
  },
  {
    what: 'functions, once special tools were refused',
    card: RESPONDER,
    request: responses({ tools: [{ type: 'function' }] }),
    circumstances: { refuses: (what) => what === 'relay-tools' },
    ways: 'responses:native chat+ bot+',
  },
];

describe('thoughts', () => {
  it.each([
    { what: 'an open model', facts: { owner: 'Novita AI' }, keeps: true },
    { what: 'a model of OpenAI’s', facts: { owner: 'OpenAI' }, keeps: false },
    { what: 'one that refused them', facts: { owner: 'Novita AI' }, refuses: true, keeps: false },
  ])('are given back to $what: $keeps', ({ facts, refuses = false, keeps }) => {
    const [way] = selectWays(plainRequest(), {
      card: card(facts),
      listKnown: true,
      choice: 'auto',
      refuses: (what) => refuses && what === 'reasoning',
    });
    expect(way.keepsReasoning).toBe(keeps);
  });
});

describe('the ways to serve', () => {
  it.each(ROWS)('$what', (row) => {
    const ways = selectWays(plainRequest(row.request), {
      card: 'card' in row ? row.card : TALKER,
      listKnown: true,
      choice: 'auto',
      refuses: () => false,
      ...row.circumstances,
    });
    const told = ways.map(({ upstream, nativeTools, format }) => {
      const keeper = format === 'emulated' ? '' : `:${format}`;
      return `${upstream.name.replace('poe-', '')}${nativeTools ? '+' : ''}${keeper}`;
    });
    expect(told.join(' ')).toBe(row.ways);
  });
});
