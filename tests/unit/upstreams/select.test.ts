/** Which ways serve a request, in which order, and who does tools and formats there: a table. */
import { describe, expect, it } from 'vitest';
import type { ModelCard } from '../../../src/core/model.ts';
import type { ContentPart, GenerationRequest, Message } from '../../../src/core/request.ts';
import { type Circumstances, selectWays } from '../../../src/upstreams/select.ts';
import { plainRequest } from '../record.ts';

interface CardFacts {
  readonly output?: readonly string[];
  readonly tools?: boolean;
  readonly responds?: boolean;
  readonly owner?: string;
}

function card({
  output = ['text'],
  tools = true,
  responds = false,
  owner = 'OpenAI',
}: CardFacts): ModelCard {
  const endpoints = ['/v1/chat/completions', ...(responds ? ['/v1/responses'] : [])];
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
const CLAUDE = card({ responds: true, owner: 'Anthropic' });
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
];

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
