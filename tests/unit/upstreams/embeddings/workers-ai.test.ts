/** Workers AI: what `run` is given, what it gives, and what it throws. */
import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../../../src/core/error.ts';
import {
  readWorkersAi,
  readWorkersAiError,
  workersAiInput,
} from '../../../../src/upstreams/embeddings/index.ts';
import { thrownBy } from '../../record.ts';

describe('Workers AI', () => {
  it('is given texts, and no tokens', () => {
    expect(workersAiInput(['a', 'b'])).toEqual({ text: ['a', 'b'] });
    const error = thrownBy(() => workersAiInput(['a', [1, 2]]));
    expect(error).toMatchObject({ kind: 'invalid-request', param: 'input' });
  });

  it.each([
    {
      shape: [2, 2],
      data: [
        [1, 2],
        [3, 4],
      ],
      pooling: 'cls',
    },
    {
      response: [
        [1, 2],
        [3, 4],
      ],
    },
  ])('gives rows: %j', (output) => {
    expect(readWorkersAi(output, 2)).toEqual({
      vectors: [
        [1, 2],
        [3, 4],
      ],
      tokens: undefined,
    });
  });

  it.each([
    undefined,
    null,
    'text',
    { request_id: 'queued' },
    { data: [[1]] },
    { data: [[1], 'x'] },
    { data: [[1], []] },
  ])('that gives %j has failed', (output) => {
    const error = thrownBy(() => readWorkersAi(output, 2));
    expect(error).toMatchObject({ kind: 'upstream-failed' });
  });

  it.each([
    ['5007: No such model @cf/x or task', 'model-not-found'],
    ['AiError: 5007: No such model @cf/x or task (a1b2)', 'model-not-found'],
    ['InferenceUpstreamError: 3036: You have used up your daily free allocation', 'rate-limited'],
    ['3040: Capacity temporarily exceeded', 'overloaded'],
    ['5006: Error: required properties at / are text', 'invalid-request'],
    ['3006: Request is too large', 'too-large'],
    ['3007: Request timeout', 'upstream-timeout'],
    ['5016: not agreed', 'upstream-failed'],
    ['Network connection lost.', 'upstream-failed'],
    ['', 'upstream-failed'],
  ])('that throws "%s" is %s', (message, kind) => {
    const error = readWorkersAiError(new Error(message));
    expect(error.kind).toBe(kind);
    expect(error.message).toMatch(/^Workers AI did not make the embeddings/);
    expect(error.message).not.toContain('Poe');
  });

  it('may throw anything; what is ours already stays', () => {
    expect(readWorkersAiError('odd').message).toContain('odd');
    const ours = new GatewayError('client-gone', 'left');
    expect(readWorkersAiError(ours)).toBe(ours);
  });
});
