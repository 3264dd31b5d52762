/**
 * Every parameter of a completion's, sent alone: never refused for existing, and never lost in
 * silence; and the document says the same as the code.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { PARAMETERS } from '../../../../src/protocols/openai-completions/parameters.ts';
import { listParameters, type Sample, sendAloneTo } from '../_parameters.ts';

const text = (value: string): object => ({ choices: [{ text: value }] });

/** A plausible value of each parameter, and where it shows when it is not ignored. */
const SAMPLES: Readonly<Record<string, Sample>> = {
  model: { value: 'GPT-5', sent: { model: 'gpt-5' }, reply: { model: 'GPT-5' } },
  prompt: { value: 'Say more', sent: { messages: [{}, { role: 'user', content: 'Say more' }] } },
  best_of: { value: 2 },
  echo: { value: true, reply: text('Hello there') },
  frequency_penalty: { value: 0.5 },
  logit_bias: { value: { '50256': -100 } },
  logprobs: { value: 3 },
  max_tokens: { value: 20, sent: { max_tokens: 20 } },
  n: { value: 2, reply: { choices: [{ index: 0 }, { index: 1 }] } },
  presence_penalty: { value: 0.5 },
  seed: { value: 7 },
  stop: { value: 're', sent: { stop: ['re'] }, reply: text(' the') },
  stream: { value: true, sent: { stream: true } },
  stream_options: { value: { include_usage: true }, reply: { usage: { prompt_tokens: 1 } } },
  suffix: {
    value: 'The end.',
    sent: { messages: [{ content: expect.stringContaining('The end.') }, {}] },
  },
  temperature: { value: 0.2, sent: { temperature: 0.2 } },
  top_p: { value: 0.9, sent: { top_p: 0.9 } },
  user: { value: 'user-1' },
  reasoning_effort: { value: 'low', sent: { reasoning_effort: 'low' } },
  extra_body: { value: { temperature: 0.2 }, sent: { temperature: 0.2 } },
};

const COMPLETION = {
  id: 'chatcmpl-poe1',
  choices: [{ index: 0, message: { role: 'assistant', content: ' there' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
};

const sendAlone = sendAloneTo({
  path: '/v1/completions',
  body: { prompt: 'Hello' },
  bots: [{ id: 'claude-opus-4.5' }, { id: 'gpt-5' }],
  completion: COMPLETION,
});

describe('every parameter of the table', () => {
  listParameters(PARAMETERS, SAMPLES, sendAlone);

  it('leaves the bot’s own parameters to the bot', async () => {
    const declared = await sendAlone('aspect_ratio', '16:9', ['aspect_ratio']);
    expect(declared.sent).toMatchObject({ aspect_ratio: '16:9' });
    expect(declared.ignored).toEqual(['']);
    const unknown = await sendAlone('aspect_ratio', '16:9');
    expect(unknown.sent).not.toHaveProperty('aspect_ratio');
    expect(unknown.ignored).toEqual(['aspect_ratio']);
  });
});

const read = (path: string): string =>
  readFileSync(new URL(`../../../../${path}`, import.meta.url), 'utf8');

describe('the document', () => {
  it('docs/compatibility-completions.md has every parameter with its fate, as the code has it', () => {
    const [section = ''] = read('docs/compatibility-completions.md').split(
      '<!-- end of parameters -->',
    );
    const rows = section
      .split('\n')
      .filter((line) => line.startsWith('| `'))
      .map((line) => {
        const [, name, fate] = line.split('|').map((cell) => cell.trim());
        return [name, fate];
      });
    expect(rows).toEqual(Object.entries(PARAMETERS).map(([name, fate]) => [`\`${name}\``, fate]));
  });

  it("leaves out no parameter that OpenAI's own SDK knows", () => {
    const types = read('node_modules/openai/resources/completions.d.ts');
    const [, body = ''] =
      /export interface CompletionCreateParamsBase \{([\s\S]*?)\n\}/.exec(types) ?? [];
    const known = [...body.matchAll(/^ {4}(\w+)\??:/gm)].map(([, name]) => name ?? '');
    expect(known.length).toBeGreaterThan(15);
    expect(known.filter((name) => !Object.hasOwn(PARAMETERS, name))).toEqual([]);
  });
});
