/** Of Poe's refusals, which another way may avoid: a table of words as Poe says them. */
import { describe, expect, it } from 'vitest';
import { type ErrorKind, GatewayError } from '../../../src/core/error.ts';
import { refusesTools, refusesWay } from '../../../src/policy/fallback.ts';

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
