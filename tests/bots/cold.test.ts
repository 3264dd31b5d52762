/**
 * The first requests of an instance, which does not know Poe's model list yet: they are answered as
 * the later ones are. On functions, every burst begins so.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodePlatform } from '../../src/hosts/node-platform.ts';
import type { Platform } from '../../src/platform.ts';
import { type House, startHouse } from './_poe.ts';

const TOOLS = [{ type: 'function', function: { name: 'weather', description: 'The weather.' } }];

let house: House;
beforeAll(async () => {
  house = await startHouse();
});
afterAll(() => house.close());

describe('the first request of an instance', () => {
  it('knows what the bot can do where that matters', async () => {
    const answer = await house.gateway().ask('Follows-Prompt', { tools: TOOLS }, 'good-first');
    expect(answer.calls).toHaveLength(1);
    expect(house.asked('good-first')).toHaveLength(1);
  });

  it('reaches a bot that makes pictures natively, too', async () => {
    for (const stream of [false, true]) {
      const answer = await house.gateway().ask('Image-Maker', { stream });
      expect(answer.upstream).toBe('poe-bot');
      expect(answer.files).toHaveLength(1);
    }
  });
});

describe('the second request of an instance, right after the first', () => {
  it.each(['auto', 'bot'])('knows what the first one is learning (%s)', async (way) => {
    const gateway = house.gateway({ UPSTREAM: way });
    const answers = await Promise.all(
      [1, 2, 3].map((number) =>
        gateway.ask('Follows-Prompt', { tools: TOOLS }, `good-${way}-${number}`),
      ),
    );
    for (const [index, { calls }] of answers.entries()) {
      expect(calls).toHaveLength(1);
      // Not by way of a refusal.
      expect(house.asked(`good-${way}-${index + 1}`)).toHaveLength(1);
    }
  });
});

describe('without a list', () => {
  const node = nodePlatform('error');
  /** Poe answers everything else. */
  const listless: Pick<Platform, 'send'> = {
    send(call, signal) {
      if (call.url.endsWith('/v1/models')) return Promise.reject(new Error('no list'));
      return node.send(call, signal);
    },
  };

  it('tools are tried, and described where they are refused; later at once', async () => {
    const gateway = house.gateway({}, listless);
    for (const [key, asked] of [
      ['good-listless', 2],
      ['good-listless-later', 1],
    ] as const) {
      const answer = await gateway.ask('follows-prompt', { tools: TOOLS }, key);
      expect(answer).toMatchObject({ status: 200, finish: 'tool_calls' });
      expect(house.asked(key)).toHaveLength(asked);
    }
  });

  it('parameters go to the bot as they are', async () => {
    const gateway = house.gateway({}, listless);
    const answer = await gateway.ask('community-parameters', { steps: 3 });
    expect(answer).toMatchObject({ upstream: 'poe-bot', content: '{"steps":3}', ignored: [] });
  });
});
