/**
 * Every parameter of OpenAI's, sent alone, has the fate that the table says; and the documentation has
 * every parameter, item and tool that OpenAI's own SDK knows, with the fate that it has.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { createApp } from '../../../../src/app.ts';
import { readConfig } from '../../../../src/config.ts';
import type { JsonObject, JsonValue } from '../../../../src/lib/json.ts';
import { PARAMETERS } from '../../../../src/protocols/openai-responses/parameters.ts';
import { jsonReply, replayPlatform } from '../../../golden/replay.ts';
import { thrownBy } from '../../record.ts';
import { CLOCK, read } from './_room.ts';

const file = (path: string): string =>
  readFileSync(new URL(`../../../../${path}`, import.meta.url), 'utf8');

const DOCUMENT = file('docs/compatibility-responses.md');
const SDK = file('node_modules/openai/resources/responses/responses.d.ts');

/** The first two cells of each row of the table before a mark. */
function documented(end: string): readonly (readonly [string, string])[] {
  const before = DOCUMENT.split(`<!-- end of ${end} -->`)[0] ?? '';
  const table = before.slice(before.lastIndexOf('|---|'));
  return [...table.matchAll(/^\| `(\w+)` \| (\w+) \|/gm)].map(([, name = '', fate = '']) => [
    name,
    fate,
  ]);
}

describe('the documentation', () => {
  test('has every parameter with its fate', () => {
    expect(documented('parameters')).toEqual(Object.entries(PARAMETERS));
  });

  test('has every parameter that OpenAI’s own SDK knows', () => {
    const [, body = ''] =
      /export interface ResponseCreateParamsBase \{([\s\S]*?)\n\}/.exec(SDK) ?? [];
    const known = [...body.matchAll(/^ {4}(\w+)\??:/gm)].map(([, name]) => name ?? '');
    expect(known.length).toBeGreaterThan(28);
    expect(known.filter((name) => !Object.hasOwn(PARAMETERS, name))).toEqual([]);
  });

  test.each([
    { union: 'ResponseInputItem', mark: 'items', least: 29 },
    { union: 'Tool', mark: 'tools', least: 16 },
  ])('has every type of $union that OpenAI’s own SDK knows', ({ union, mark, least }) => {
    const known = typesOf(union);
    expect(known.length).toBeGreaterThanOrEqual(least);
    const rows = new Map(documented(mark));
    expect(known.filter((type) => !rows.has(type))).toEqual([]);
  });

  test.each(documented('items'))('is right about an item of type %s: %s', (type, fate) => {
    const item = { type, role: 'user', content: 'Hi', call_id: 'a', name: 'f', id: 'rs_1' };
    const { ignored } = read({ input: [{ role: 'user', content: 'Hi' }, item] });
    // Without a memory a reference leads nowhere, whatever would become of it with one.
    const isNamed = fate === 'ignored' || type === 'item_reference';
    expect(ignored).toEqual(isNamed ? [`input[].${type}`] : []);
  });

  test.each(documented('tools'))('is right about a tool of type %s: %s', (type, fate) => {
    const { request, ignored } = read({ input: 'Hi', tools: [{ ...CLOCK, type, tools: [CLOCK] }] });
    const isThere = request.tools.length === 1 || request.parameters['web_search'] === true;
    expect(isThere).toBe(fate === 'translated');
    expect(ignored).toEqual(fate === 'ignored' ? [`tools[].${type}`] : []);
  });
});

/** The words that the types of a union call themselves. */
function typesOf(union: string): readonly string[] {
  const [, members = ''] = new RegExp(`^export type ${union} = (.*);$`, 'm').exec(SDK) ?? [];
  const names = members.split(' | ');
  return names.flatMap((name) => {
    const [owner, nested] = name.split('.');
    const pattern = nested
      ? `^export declare namespace ${owner} \\{[\\s\\S]*?\\n    interface ${nested} \\{([\\s\\S]*?)\\n    \\}`
      : `^export interface ${owner} \\{([\\s\\S]*?)\\n\\}`;
    const [, body = ''] = new RegExp(pattern, 'm').exec(SDK) ?? [];
    const [, words] = new RegExp(`^ {${nested ? 8 : 4}}type\\??: (.*);$`, 'm').exec(body) ?? [];
    if (words === undefined) throw new Error(`${name} has no type.`);
    return words.split(' | ').flatMap((word) => /^'(.*)'$/.exec(word)?.[1] ?? []);
  });
}

/** A plausible value of each parameter, and where it shows when it is not ignored. */
const SAMPLES: Readonly<Record<string, { value: JsonValue; sent?: object; reply?: object }>> = {
  background: { value: true },
  context_management: { value: [{ type: 'compaction', compact_threshold: 1000 }] },
  conversation: { value: 'conv_1' },
  include: { value: ['message.output_text.logprobs'] },
  input: { value: 'Bonjour', sent: { messages: [{ role: 'user', content: 'Bonjour' }] } },
  instructions: {
    value: 'Be kind.',
    sent: { messages: [{ role: 'system', content: 'Be kind.' }, {}] },
    reply: { instructions: 'Be kind.' },
  },
  max_output_tokens: { value: 64, sent: { max_tokens: 64 }, reply: { max_output_tokens: 64 } },
  max_tool_calls: { value: 3 },
  metadata: { value: { purpose: 'test' } },
  model: { value: 'GPT-5', sent: { model: 'gpt-5' }, reply: { model: 'GPT-5' } },
  moderation: { value: { model: 'omni-moderation-latest' } },
  parallel_tool_calls: { value: false, reply: { parallel_tool_calls: false } },
  previous_response_id: { value: 'resp_1' },
  prompt: { value: { id: 'pmpt_1' } },
  prompt_cache_key: { value: 'session-1' },
  prompt_cache_options: { value: { mode: 'implicit' } },
  prompt_cache_retention: { value: '24h' },
  reasoning: {
    value: { effort: 'low', summary: 'auto' },
    reply: { reasoning: { effort: 'low', summary: 'auto' } },
  },
  safety_identifier: { value: 'user-1' },
  service_tier: { value: 'flex' },
  store: { value: true, reply: { store: true } },
  stream: { value: false, sent: { stream: false } },
  stream_options: { value: { include_obfuscation: false } },
  temperature: { value: 0.2, sent: { temperature: 0.2 }, reply: { temperature: 0.2 } },
  text: {
    value: { format: { type: 'json_object' } },
    sent: { messages: [{ role: 'system', content: expect.stringContaining('JSON only') }, {}] },
    reply: { text: { format: { type: 'json_object' } } },
  },
  tool_choice: { value: 'auto' },
  tools: {
    value: [CLOCK],
    sent: { tools: [{ type: 'function', function: { name: 'clock' } }] },
    reply: { tools: [CLOCK] },
  },
  top_logprobs: { value: 2 },
  top_p: { value: 0.9, sent: { top_p: 0.9 }, reply: { top_p: 0.9 } },
  truncation: { value: 'auto' },
  user: { value: 'user-1' },
  client_metadata: { value: { session_id: '1' } },
  max_completion_tokens: { value: 64, sent: { max_tokens: 64 } },
  max_tokens: { value: 64, sent: { max_tokens: 64 } },
  extra_body: { value: { temperature: 0.2 }, sent: { temperature: 0.2 } },
};

/** The request with one parameter more, answered by a bot of the plainest kind. */
async function send(fields: JsonObject): Promise<{ response: Response; sent: JsonObject }> {
  const entry = { id: 'gpt-5', supported_features: ['tools'] };
  const platform = replayPlatform(({ url }) =>
    url.endsWith('/v1/models')
      ? jsonReply({ data: [entry] })
      : jsonReply({ choices: [{ message: { content: '{}' }, finish_reason: 'stop' }] }),
  );
  const request = new Request('http://localhost/v1/responses', {
    method: 'POST',
    headers: { authorization: 'Bearer user-key' },
    body: JSON.stringify({ model: 'gpt-5', input: 'Hello', ...fields }),
  });
  const response = await createApp(readConfig({}), platform).fetch(request);
  return { response, sent: JSON.parse(String(platform.calls.at(-1)?.body ?? '{}')) as JsonObject };
}

describe('a parameter', () => {
  it('has a sample here, each of them', () => {
    expect(Object.keys(SAMPLES)).toEqual(Object.keys(PARAMETERS));
  });

  it.each(Object.entries(PARAMETERS))('%s is %s', async (name, fate) => {
    const { value = null, sent: asked = {}, reply = {} } = SAMPLES[name] ?? {};
    const { response, sent } = await send({ [name]: value });
    const isRefused = fate === 'refused' || name === 'previous_response_id';
    expect(response.status).toBe(isRefused ? 400 : 200);
    if (isRefused) {
      expect(await response.json()).toMatchObject({ error: { param: name } });
      return;
    }
    expect(sent).toMatchObject(asked);
    expect(response.headers.get('x-poeway-ignored')).toBe(
      fate === 'ignored' ? name : name === 'reasoning' ? 'reasoning.effort' : null,
    );
    const body = (await response.json()) as JsonObject;
    expect(body).toMatchObject(fate === 'echoed' ? { [name]: value } : reply);
  });

  it.each(Object.keys(PARAMETERS))('%s may be null', (name) => {
    if (name === 'input') return;
    expect(thrownBy(() => read({ input: 'Hi', [name]: null }))).toBeUndefined();
  });

  it.each<[string, JsonValue]>([
    ['background', false],
    ['include', []],
    ['include', ['reasoning.encrypted_content']],
    ['text', {}],
    ['tools', []],
    ['top_logprobs', 0],
    ['truncation', 'disabled'],
    ['context_management', []],
  ])('%s that asks for nothing (%j) is not named', (name, value) => {
    expect(read({ input: 'Hi', [name]: value }).ignored).toEqual([]);
  });

  it('that is unknown is the bot’s own', () => {
    const { request, ignored } = read({ input: 'Hi', aspect_ratio: '16:9', n: null });
    expect(request.parameters).toEqual({ aspect_ratio: '16:9' });
    expect(ignored).toEqual([]);
  });

  it('has its name told in the client’s words, where the bot does not take it', async () => {
    const { response } = await send({
      text: { verbosity: 'low' },
      tools: [{ type: 'web_search' }],
      aspect_ratio: '16:9',
    });
    expect(response.headers.get('x-poeway-ignored')).toBe(
      'aspect_ratio, tools[].web_search, text.verbosity',
    );
  });

  it.each<[JsonObject, object]>([
    [{ type: 'json_object' }, { type: 'json-object' }],
    [
      { type: 'json_schema', name: 'a', schema: { type: 'object' }, strict: true },
      { type: 'json-schema', name: 'a', schema: { type: 'object' }, strict: true },
    ],
    [
      { type: 'json_schema', schema: null },
      { type: 'json-schema', name: 'response' },
    ],
  ])('text.format %j is translated', (format, wanted) => {
    expect(read({ input: 'Hi', text: { format } }).request.outputFormat).toMatchObject(wanted);
  });
});
