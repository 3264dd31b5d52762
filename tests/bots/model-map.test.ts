/**
 * The model map before the whole house: other names, hidden models, defaults; and that no default is lost,
 * whichever way a request is asked.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memoryStore } from '../../src/stores/memory.ts';
import { type Gateway, type House, startHouse } from './_poe.ts';
import { askedOf, pathsOf, post, upstreamOf } from './_relay.ts';

const FRENCH = 'Answer in French, whatever the user asks.';
const MAP = {
  'My-Echo': 'Echo',
  french: { model: 'Claude-Opus-4.5', system: FRENCH },
  thoughtful: { model: 'Claude-Opus-4.5', parameters: { thinking_budget: 2048, temperature: 0.5 } },
  'french-gpt': { model: 'GPT-5', system: FRENCH },
  'lazy-gpt': { model: 'GPT-5', parameters: { reasoning_effort: 'low', max_tokens: 77 } },
  natively: { model: 'Echo', upstream: 'bot' },
  'Claude-Sonnet-*': { hidden: true },
  sonnet: 'Claude-Sonnet-4.5',
  shouts: { listed: false },
  'Community-*': { parameters: { mood: 'good' }, system: FRENCH },
};

let house: House;
let gateway: Gateway;
beforeAll(async () => {
  house = await startHouse();
  gateway = await house.gateway({ MODEL_MAP: JSON.stringify(MAP) }).warm();
});
afterAll(() => house.close());

const CHAT = '/v1/chat/completions';
const MESSAGES = '/v1/messages';
const RESPONSES = '/v1/responses';
const user = (content: string) => ({ role: 'user', content });
const claude = (model: string, changes: object = {}) => ({
  model,
  max_tokens: 4096,
  messages: [user('Hello there')],
  ...changes,
});

/** What the model was told first, in the one body or the other. */
function openingOf(
  { body }: ReturnType<typeof askedOf>[number] = { path: '', headers: {}, body: {} },
) {
  const messages = (body['messages'] ?? body['query'] ?? []) as readonly {
    readonly role: string;
    readonly content: unknown;
  }[];
  return [messages[0]?.role, messages[0]?.content];
}

describe('another name', () => {
  it.each(['my-echo', 'MY-ECHO', 'vendor/My-Echo'])('is answered by its bot: %s', async (model) => {
    const answer = await gateway.ask(model, 'Hello there', `alias-${model.replace('/', '-')}`);
    expect(answer.content).toBe('Hello there');
    expect(answer.headers.get('x-poeway-model')).toBe('echo');
  });

  it('may be the default', async () => {
    const settings = { MODEL_MAP: JSON.stringify(MAP), DEFAULT_MODEL: 'my-echo' };
    const answer = await house.gateway(settings).ask('', 'Hello there');
    expect(answer.headers.get('x-poeway-model')?.toLowerCase()).toBe('echo');
  });
});

describe('a hidden model', () => {
  it.each(['Claude-Sonnet-4.5', 'claude-sonnet-4-5-20250929', 'anthropic/claude-sonnet-4.5'])(
    'is not there for callers: %s',
    async (model) => {
      const key = `hidden-${model.replace('/', '-')}`;
      const answer = await gateway.ask(model, {}, key);
      expect(answer).toMatchObject({
        status: 404,
        error: { code: 'model_not_found', param: 'model' },
      });
      const other = await post(gateway, MESSAGES, key, claude(model));
      expect(other.status).toBe(404);
      expect(await other.json()).toMatchObject({
        type: 'error',
        error: { type: 'not_found_error' },
      });
      expect(house.asked(key)).toEqual([]);
    },
  );

  it('answers to another name', async () => {
    expect(await gateway.ask('sonnet')).toMatchObject({ status: 200 });
  });
});

describe('default instructions', () => {
  it.each(['chat', 'bot'])('are heard first (%s)', async (way) => {
    const settings = { MODEL_MAP: JSON.stringify(MAP), UPSTREAM: way };
    const asking = await house.gateway(settings).warm();
    const key = `system-${way}`;
    await asking.ask('french', {}, key);
    const messages = [{ role: 'system', content: 'You are kind.' }, user('Hi')];
    await asking.ask('french', { messages }, key);
    expect(askedOf(house, key).map(openingOf)).toEqual([
      ['system', FRENCH],
      ['system', `${FRENCH}\n\nYou are kind.`],
    ]);
  });

  it('are heard by all choices of a completion', async () => {
    const key = 'system-completions';
    const body = { model: 'french', prompt: ['One', 'Two'] };
    expect((await post(gateway, '/v1/completions', key, body)).status).toBe(200);
    expect(askedOf(house, key).map(openingOf)).toEqual([
      ['system', expect.stringMatching(new RegExp(`^${FRENCH}\\n\\n`))],
      ['system', expect.stringMatching(new RegExp(`^${FRENCH}\\n\\n`))],
    ]);
  });

  it("are in what is relayed, before the client's (messages)", async () => {
    const key = 'system-messages';
    const blocks = [{ type: 'text', text: 'Be kind.', cache_control: { type: 'ephemeral' } }];
    const replies = [
      await post(gateway, MESSAGES, key, claude('french')),
      await post(gateway, MESSAGES, key, claude('french', { system: blocks })),
    ];
    expect(replies.map(upstreamOf)).toEqual(['poe-messages', 'poe-messages']);
    expect(askedOf(house, key).map(({ body }) => body['system'])).toEqual([
      FRENCH,
      [{ type: 'text', text: FRENCH }, ...blocks],
    ]);
  });

  it("are in what is relayed, before the client's (responses)", async () => {
    const key = 'system-responses';
    const body = { model: 'french-gpt', input: 'Hello there', instructions: 'Be kind.' };
    const reply = await post(gateway, RESPONSES, key, body);
    expect(upstreamOf(reply)).toBe('poe-responses');
    // What the client is shown of its request is its own.
    expect(await reply.json()).toMatchObject({ instructions: 'Be kind.', model: 'french-gpt' });
    expect(pathsOf(house, key)).toEqual([RESPONSES]);
    expect(JSON.stringify(askedOf(house, key)[0]?.body)).toContain(`${FRENCH}\\n\\nBe kind.`);
  });
});

describe('default parameters', () => {
  it('count where the client says nothing', async () => {
    const key = 'parameters';
    await gateway.ask('thoughtful', {}, key);
    await gateway.ask('thoughtful', { reasoning_effort: 'none', temperature: 1 }, key);
    const [filled, said] = askedOf(house, key).map(({ body }) => body);
    expect(filled).toMatchObject({ thinking_budget: 2048, temperature: 0.5 });
    expect(said).toMatchObject({ thinking_budget: 0, temperature: 1 });
  });

  it.each([
    [MESSAGES, claude('thoughtful'), { thinking_budget: 2048, temperature: 0.5 }],
    [RESPONSES, { model: 'lazy-gpt', input: 'Hi' }, { reasoning_effort: 'low', max_tokens: 77 }],
  ])('are not lost to a relay, which has no place for them: %s', async (path, body, wanted) => {
    const key = `parameters-${path.slice(4)}`;
    const reply = await post(gateway, path, key, body);
    expect(reply.status).toBe(200);
    expect(pathsOf(house, key)).toEqual([CHAT]);
    expect(askedOf(house, key)[0]?.body).toMatchObject(wanted);
  });

  it('leave a request to be relayed that says all of it', async () => {
    const key = 'parameters-said';
    const thinking = { type: 'enabled', budget_tokens: 1024 };
    const body = claude('thoughtful', { thinking, temperature: 1 });
    expect(upstreamOf(await post(gateway, MESSAGES, key, body))).toBe('poe-messages');
    expect(askedOf(house, key)[0]?.body).toMatchObject({ thinking, temperature: 1 });
  });

  it('go to bots that Poe does not list, by a pattern', async () => {
    const key = 'parameters-community';
    const answer = await gateway.ask('Community-Bot', {}, key);
    expect(answer.upstream).toBe('poe-bot');
    const { query } = askedOf(house, key)[0]?.body ?? {};
    expect(query).toMatchObject([{ content: FRENCH }, { parameters: { mood: 'good' } }]);
  });

  it('are known to an instance that has no list yet', async () => {
    const key = 'parameters-cold';
    await house.gateway({ MODEL_MAP: JSON.stringify(MAP) }).ask('thoughtful', {}, key);
    expect(askedOf(house, key)[0]?.body).toMatchObject({ thinking_budget: 2048 });
  });
});

describe('a way for one model', () => {
  it('goes before the way for all', async () => {
    expect((await gateway.ask('natively')).upstream).toBe('poe-bot');
    expect((await gateway.ask('my-echo')).upstream).toBe('poe-chat');
    const settings = { MODEL_MAP: '{"french*": {"upstream": "auto"}}', UPSTREAM: 'bot' };
    const other = await house.gateway({ ...settings }).warm();
    expect((await other.ask('echo')).upstream).toBe('poe-bot');
    const map = '{"echo": {"upstream": "auto"}}';
    const another = await house.gateway({ ...settings, MODEL_MAP: map }).warm();
    expect((await another.ask('Echo')).upstream).toBe('poe-chat');
  });
});

describe('GET /v1/models', () => {
  interface Listed {
    readonly id: string;
    readonly display_name?: string;
    readonly owned_by?: string;
    readonly root?: string;
  }
  const get = async (
    path: string,
    headers: Readonly<Record<string, string>> = {},
    from: Gateway = gateway,
  ) => {
    const authorization = 'Bearer good-key';
    const request = new Request(`http://gateway${path}`, {
      headers: { authorization, ...headers },
    });
    const reply = await from.app.fetch(request);
    return {
      status: reply.status,
      body: (await reply.json()) as Listed & { data: readonly Listed[] },
    };
  };
  const ANTHROPIC = { 'anthropic-version': '2023-06-01' };

  it('has the other names beside the bots, and not what is hidden or unlisted', async () => {
    const { body } = await get('/v1/models');
    const models = new Map(body.data.map((model) => [model.id, model]));
    expect(models.get('My-Echo')).toMatchObject({ object: 'model', root: 'echo' });
    expect(models.get('sonnet')).toMatchObject({ owned_by: 'Anthropic' });
    expect(models.has('echo')).toBe(true);
    expect([...models.keys()].filter((id) => /^claude-sonnet|^shouts$|\*/.test(id))).toEqual([]);
    expect(models.size).toBe(body.data.length);
  });

  it("has them in Anthropic's shape too, page by page", async () => {
    const ids: string[] = [];
    for (let after = ''; ids.length < 1000;) {
      const { body } = await get(`/v1/models?limit=100${after}`, ANTHROPIC);
      ids.push(...body.data.map(({ id }) => id));
      if (!(body as unknown as { has_more: boolean }).has_more) break;
      after = `&after_id=${encodeURIComponent(ids.at(-1) ?? '')}`;
    }
    expect(ids).toContain('My-Echo');
    expect(ids).not.toContain('claude-sonnet-4.5');
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('shows one by any name of it, unless it is hidden', async () => {
    expect((await get('/v1/models/my-echo')).body).toMatchObject({ id: 'My-Echo', root: 'echo' });
    expect((await get('/v1/models/Sonnet', ANTHROPIC)).body).toMatchObject({
      id: 'sonnet',
      display_name: 'sonnet',
    });
    expect((await get('/v1/models/Shouts')).body).toMatchObject({ id: 'shouts' });
    expect((await get('/v1/models/claude-sonnet-4.5')).status).toBe(404);
  });

  it("keeps to a token's list, by the name and by Poe's", async () => {
    const tokens = [
      { name: 'one', token: 'first-long-token', models: ['my-echo'] },
      { name: 'two', token: 'second-long-token', models: ['echo'] },
      { name: 'three', token: 'third-long-token', models: ['nat*'] },
    ];
    const shared = house.gateway({
      MODEL_MAP: JSON.stringify({ ...MAP, 'nat*': 'Echo' }),
      POE_API_KEYS: 'pool-key',
      ACCESS_TOKENS: JSON.stringify(tokens),
    });
    const idsFor = async (token: string) => {
      const { body } = await get('/v1/models', { authorization: `Bearer ${token}` }, shared);
      return body.data.map(({ id }) => id);
    };
    expect(await idsFor('first-long-token')).toEqual(['My-Echo']);
    expect(await idsFor('second-long-token')).toEqual(['My-Echo', 'natively', 'echo']);
    expect((await shared.ask('my-echo', {}, 'first-long-token')).status).toBe(200);
    expect((await shared.ask('somebody/My-Echo[1m]', {}, 'first-long-token')).status).toBe(200);
    expect((await shared.ask('echo', {}, 'first-long-token')).status).toBe(403);
    expect((await shared.ask('nat*', {}, 'third-long-token')).status).toBe(403);
    expect((await shared.ask('claude-sonnet-4.5', {}, 'first-long-token')).status).toBe(404);
  });
});

it('may be changed in the store while the gateway runs', async () => {
  let time = Date.now();
  const now = (): number => time;
  const store = memoryStore(now);
  await store.set('model-map', '{"late": "Echo", "My-Echo": {"hidden": true}}', 1e12);
  const stored = house.gateway(
    { MODEL_MAP: JSON.stringify(MAP), STORE: 'deno-kv' },
    { now, stores: { 'deno-kv': () => store } },
  );
  await stored.app.prepare();
  expect((await stored.ask('late', 'Hello there')).content).toBe('Hello there');
  expect((await stored.ask('my-echo')).status).toBe(404);
  expect((await stored.ask('natively', 'Hello there')).content).toBe('Hello there');
  await store.set('model-map', '{"late": "Shouts"}', 1e12);
  time += 60_000;
  await stored.ask('late');
  expect((await stored.ask('late', 'Hello there')).content).toBe('HELLO THERE');
  expect((await stored.ask('my-echo')).status).toBe(200);
});
