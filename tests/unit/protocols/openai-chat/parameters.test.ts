/**
 * Every parameter of OpenAI's, sent alone: never refused for existing, and never lost in silence.
 */
import { describe, expect, it } from 'vitest';
import { PARAMETERS } from '../../../../src/protocols/openai-chat/parameters.ts';
import { listParameters, type Sample, sendAloneTo } from '../_parameters.ts';

const CLOCK = { name: 'clock', parameters: { type: 'object', properties: {} } };

/** A plausible value of each parameter, and where it shows when it is not ignored. */
const SAMPLES: Readonly<Record<string, Sample>> = {
  messages: {
    value: [{ role: 'user', content: 'Bonjour' }],
    sent: { messages: [{ role: 'user', content: 'Bonjour' }] },
  },
  model: { value: 'GPT-5', sent: { model: 'gpt-5' }, reply: { model: 'GPT-5' } },
  audio: { value: { voice: 'alloy', format: 'mp3' } },
  frequency_penalty: { value: 0.5 },
  function_call: { value: 'auto' },
  functions: { value: [CLOCK], sent: { tools: [{ type: 'function', function: CLOCK }] } },
  logit_bias: { value: { '50256': -100 } },
  logprobs: { value: true },
  max_completion_tokens: { value: 64, sent: { max_tokens: 64 } },
  max_tokens: { value: 64, sent: { max_tokens: 64 } },
  metadata: { value: { purpose: 'test' } },
  modalities: { value: ['text'] },
  moderation: { value: { model: 'omni-moderation-latest' } },
  n: { value: 2, reply: { choices: [{ index: 0 }, { index: 1 }] } },
  parallel_tool_calls: { value: true },
  prediction: { value: { type: 'content', content: 'Hello' } },
  presence_penalty: { value: 0.5 },
  prompt_cache_key: { value: 'session-1' },
  prompt_cache_options: { value: { mode: 'implicit' } },
  prompt_cache_retention: { value: '24h' },
  reasoning_effort: { value: 'low', sent: { reasoning_effort: 'low' } },
  response_format: {
    value: { type: 'json_object' },
    sent: { messages: [{ role: 'system', content: expect.stringContaining('JSON only') }, {}] },
  },
  safety_identifier: { value: 'user-1' },
  seed: { value: 7 },
  service_tier: { value: 'auto' },
  stop: { value: 'END', sent: { stop: ['END'] } },
  store: { value: true },
  stream: { value: true, sent: { stream: true } },
  stream_options: { value: { include_usage: true }, reply: { usage: { prompt_tokens: 1 } } },
  temperature: { value: 0.2, sent: { temperature: 0.2 } },
  tool_choice: { value: 'auto' },
  tools: {
    value: [{ type: 'function', function: CLOCK }],
    sent: { tools: [{ type: 'function', function: CLOCK }] },
  },
  top_logprobs: { value: 2 },
  top_p: { value: 0.9, sent: { top_p: 0.9 } },
  user: { value: 'user-1' },
  verbosity: { value: 'low' },
  web_search_options: { value: { search_context_size: 'low' } },
  extra_body: { value: { temperature: 0.2 }, sent: { temperature: 0.2 } },
};

const COMPLETION = {
  id: 'chatcmpl-poe1',
  choices: [
    { index: 0, message: { role: 'assistant', content: '{"hi":1}' }, finish_reason: 'stop' },
  ],
  usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
};

const sendAlone = sendAloneTo({
  path: '/v1/chat/completions',
  body: { messages: [{ role: 'user', content: 'Hello' }] },
  bots: [{ id: 'claude-opus-4.5', supported_features: ['tools'] }],
  completion: COMPLETION,
});

describe('every parameter of the table', () => {
  listParameters(PARAMETERS, SAMPLES, sendAlone);

  it.each([
    { name: 'verbosity', declared: 'verbosity', sent: { verbosity: 'low' } },
    { name: 'web_search_options', declared: 'web_search', sent: { web_search: true } },
    { name: 'aspect_ratio', declared: 'aspect_ratio', sent: { aspect_ratio: '16:9' } },
  ])('$name reaches a bot that declares $declared', async ({ name, declared, sent: wanted }) => {
    const { sent, ignored } = await sendAlone(name, SAMPLES[name]?.value ?? '16:9', [declared]);
    expect(sent).toMatchObject(wanted);
    expect(ignored).toEqual(['']);
  });
});
