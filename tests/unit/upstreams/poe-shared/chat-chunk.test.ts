/** Token counts as bots tell them, who may say anything. */
import { describe, expect, it } from 'vitest';
import { readUsage } from '../../../../src/upstreams/poe-shared/chat-chunk.ts';

describe('a count of tokens', () => {
  it.each([
    [12, 12],
    [1.5, 2],
    [1e9, 1e9],
    [1e10, undefined],
    [1e30, undefined],
    [-1, undefined],
    ['12', undefined],
  ])('%j is %j', (said, counted) => {
    const usage = { prompt_tokens: 7, completion_tokens: 7 };
    expect(readUsage({ ...usage, prompt_tokens: said })?.inputTokens).toBe(counted ?? 0);
    expect(readUsage({ completion_tokens: said })?.outputTokens).toBe(counted);
    const details = { prompt_tokens_details: { cached_tokens: said } };
    expect(readUsage({ ...usage, ...details })?.cachedInputTokens).toBe(counted);
  });
});
