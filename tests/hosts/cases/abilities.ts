/** Cases of the host suite: what Poeway does for bots that cannot do it, and Poe's own protocol. */
import { expect, test } from 'vitest';
import { UPLOAD_PATH } from '../../../sim/upload/endpoint.ts';
import { contentOf, readChunks, wholeContent } from '../_client.ts';
import type { Subject } from '../_subject.ts';

const SCHEMA = {
  type: 'object',
  properties: { city: { type: 'string' }, days: { type: 'integer' } },
  required: ['city', 'days'],
};

const TOOL = {
  type: 'function',
  function: { name: 'weather', description: 'The weather of a city.', parameters: SCHEMA },
};

const PDF = `data:application/pdf;base64,${Buffer.from('%PDF-1.4 of the host suite').toString('base64')}`;

/** Pictures, tools, JSON, files and parameters. */
export function abilities({ caller }: Subject): void {
  test('streams a picture that a bot makes, and none of its progress', async () => {
    const response = await caller().ask({ model: 'Progress-Image', stream: true, tools: [TOOL] });
    expect(response.headers.get('x-poeway-upstream')).toBe('poe-bot');
    const content = (await readChunks(response)).map(contentOf).join('');
    expect(content).toMatch(
      /^!\[Hello there, world\.png\]\(https:\/\/pfst\.cf2\.poecdn\.net\/\S+\)\s*$/,
    );
  });

  test('streams a call that the bot wrote as text', async () => {
    const response = await caller().ask({
      model: 'Follows-Prompt-Talks',
      stream: true,
      tools: [TOOL],
    });
    const chunks = await readChunks(response);
    expect(chunks.map(contentOf).join('')).toBe('Let me look that up.');
    const calls = chunks.flatMap((chunk) => chunk.choices[0]?.delta.tool_calls ?? []);
    expect(calls.map((call) => call.function.name)).toEqual(['weather']);
    expect(JSON.parse(calls[0]?.function.arguments ?? '')).toEqual({ city: 'city', days: 1 });
    expect(chunks.at(-1)?.choices[0]?.finish_reason).toBe('tool_calls');
  });

  test('asks once more for a call that does not fit', async () => {
    const { ask, requests } = caller();
    const response = await ask({
      model: 'Follows-Prompt-Wrong-Types',
      stream: true,
      tools: [TOOL],
    });
    const chunks = await readChunks(response);
    const calls = chunks.flatMap((chunk) => chunk.choices[0]?.delta.tool_calls ?? []);
    expect(JSON.parse(calls[0]?.function.arguments ?? '')).toEqual({ city: 'city', days: 1 });
    expect(requests()).toHaveLength(2);
  });

  test('gives JSON by a schema of a bot that knows none', async () => {
    const format = { type: 'json_schema', json_schema: { name: 'trip', schema: SCHEMA } };
    const response = await caller().ask({ model: 'Json-In-Prompt-Talks', response_format: format });
    expect(JSON.parse(await wholeContent(response))).toEqual({ city: 'city', days: 1 });
  });

  test('uploads a file once for two requests', async () => {
    const { ask, requests } = caller();
    const part = { type: 'file', file: { filename: 'a.pdf', file_data: PDF } };
    for (let time = 0; time < 2; time++) {
      const messages = [{ role: 'user', content: [{ type: 'text', text: 'Read it.' }, part] }];
      const response = await ask({ model: 'Attachments', messages });
      expect(await wholeContent(response)).toMatch(/^1\. a\.pdf, application\/pdf, 26 bytes, /);
    }
    expect(requests().filter(({ path }) => path === UPLOAD_PATH)).toHaveLength(1);
  });

  test('passes the parameters of a community bot', async () => {
    const response = await caller().ask({ model: 'Community-Parameters', style: 'noir', steps: 3 });
    expect(response.headers.get('x-poeway-upstream')).toBe('poe-bot');
    expect(await wholeContent(response)).toBe('{"steps":3,"style":"noir"}');
  });
}
