/** Of Poe's refusals, which another way may avoid: a table of words as Poe says them. */
import { describe, expect, it } from 'vitest';
import { type ErrorKind, GatewayError } from '../../../src/core/error.ts';
import type { Refusable, Upstream, Way } from '../../../src/core/upstream.ts';
import {
  refusalToRemember,
  refusesReasoning,
  refusesTools,
  refusesWay,
} from '../../../src/policy/fallback.ts';

interface Row {
  readonly message: string;
  readonly kind?: ErrorKind;
  readonly code?: string;
  readonly tools?: 'always' | 'now';
  readonly way?: boolean;
}

const FEATURE = 'unsupported_feature_for_model';

const ROWS: readonly Row[] = [
  {
    message:
      'Model kimi does not support tool calling. Use a tool-capable model or remove tools from the request.',
    code: FEATURE,
    tools: 'always',
    way: true,
  },
  {
    message:
      'tools is not supported in this model. For a list of supported models, refer to the docs.',
    tools: 'always',
    way: true,
  },
  { message: 'This bot does not support function calling.', tools: 'always', way: true },
  { message: 'This bot does not support tools.', kind: 'internal', tools: 'always' },
  { message: 'Tool use is not available.', kind: 'upstream-failed', tools: 'always' },
  { message: "tools[0].function.parameters: 'oneOf' is invalid.", tools: 'now' },
  { message: "Invalid tool 'weather': description: Field required", tools: 'now' },
  { message: 'The tools of this bot are broken.', kind: 'upstream-failed' },
  { message: 'Too many tools for your points.', kind: 'insufficient-points' },
  { message: 'You have called the tool too often.', kind: 'rate-limited' },
  { message: 'This model does not support images.', way: true },
  { message: "Unsupported value: 'high' is not supported with this model.", way: true },
  { message: 'Poe has no bot of this name.', kind: 'model-not-found', way: true },
  { message: 'Poe is down.', kind: 'overloaded', code: 'upload_failed', way: true },
  { message: 'Poe did not take the file "a.pdf": broken.', kind: 'too-large' },
  { message: 'The prompt is too long.', kind: 'context-length' },
  { message: 'The request was stopped by moderation.', kind: 'forbidden' },
  { message: 'Not supported in your country.', kind: 'forbidden' },
  { message: 'temperature must be at most 2.' },
  { message: 'Internal server error', kind: 'upstream-failed' },
  { message: 'Overloaded; not available.', kind: 'overloaded' },
  // Words of ordinary speech that only sound alike.
  { message: 'The stool is broken.' },
  { message: 'This toolbox is odd.' },
];

describe('a refusal', () => {
  it.each(ROWS)('$kind: $message', ({ message, kind = 'invalid-request', code, tools, way }) => {
    const error = new GatewayError(kind, message, { code });
    expect(refusesTools(error)).toBe(tools);
    expect(refusesWay(error)).toBe(way ?? false);
  });
});

describe('a refusal of thoughts', () => {
  it.each([
    { message: 'messages[1].reasoning_content: Extra inputs are not permitted', refuses: true },
    { message: 'Reasoning is not supported in messages.', refuses: true },
    { message: 'This is unreasonable.', refuses: false },
  ])('$message', ({ message, refuses }) => {
    expect(refusesReasoning(new GatewayError('invalid-request', message))).toBe(refuses);
  });

  it('is none when it is not the request that is at fault', () => {
    const error = new GatewayError('upstream-failed', 'The reasoning broke.');
    expect(refusesReasoning(error)).toBe(false);
  });
});

const way = (upstream: Partial<Upstream>): Way => ({
  upstream: upstream as Upstream,
  nativeTools: true,
  format: 'native',
});
const CHAT = way({});
const BOT = way({ isNative: true });
const RELAY = way({ relays: 'anthropic-messages' });

interface Lesson {
  readonly what: string;
  readonly from: Way;
  readonly to: Way;
  readonly kind?: ErrorKind;
  readonly message?: string;
  readonly param?: string;
  readonly learned: Refusable | undefined;
}

const LESSONS: readonly Lesson[] = [
  {
    what: 'a bot that the chat endpoint does not have',
    from: CHAT,
    to: BOT,
    kind: 'model-not-found',
    learned: 'chat',
  },
  { what: 'another refusal of the chat endpoint', from: CHAT, to: BOT, learned: undefined },
  {
    what: 'a relay that refuses a beta feature',
    from: RELAY,
    to: RELAY,
    message: 'Unexpected value(s) `x` for the `anthropic-beta` header.',
    learned: 'relay-betas',
  },
  {
    what: 'a relay that refuses what came with one',
    from: RELAY,
    to: RELAY,
    message: 'context_management: Extra inputs are not permitted',
    learned: 'relay-betas',
  },
  {
    what: 'a relay that refuses this request before a plainer one',
    from: RELAY,
    to: RELAY,
    message: '`temperature` may only be set to 1 when thinking is enabled.',
    learned: undefined,
  },
  {
    what: 'a relay that does not support what this request wants',
    from: RELAY,
    to: CHAT,
    message: 'This model does not support assistant message prefill.',
    learned: undefined,
  },
  {
    what: 'a relay that names the tool at fault as a field',
    from: RELAY,
    to: CHAT,
    message: "Invalid value: 'namespace'.",
    param: 'tools[1].type',
    learned: 'relay-tools',
  },
  {
    what: 'a relay that refuses a field, and says where',
    from: RELAY,
    to: CHAT,
    message: "Unsupported parameter: 'stop' is not supported by this endpoint.",
    param: 'stop',
    learned: undefined,
  },
  {
    what: 'a relay that lists the types of tools',
    from: RELAY,
    to: CHAT,
    message: "Invalid value: 'namespace'. Supported values are: 'function' and 'web_search'.",
    learned: 'relay-tools',
  },
  {
    what: 'a relay that is not there',
    from: RELAY,
    to: CHAT,
    kind: 'model-not-found',
    learned: 'relay',
  },
  {
    what: 'a relay that is not supported',
    from: RELAY,
    to: CHAT,
    message: 'Claude is not available on /v1/messages.',
    learned: 'relay',
  },
  {
    what: 'a relay that knows not these tools',
    from: RELAY,
    to: CHAT,
    message: "Invalid value: 'tool_search' in tools[3].type",
    learned: 'relay-tools',
  },
  {
    what: 'a relay that refuses this request',
    from: RELAY,
    to: CHAT,
    message: 'messages.0: empty',
    learned: undefined,
  },
];

describe('what is learned from', () => {
  it.each(LESSONS)('$what', ({ from, to, learned, ...error }) => {
    const { kind = 'invalid-request', message = 'No.', param } = error;
    expect(refusalToRemember(from, new GatewayError(kind, message, { param }), to)).toBe(learned);
  });
});
