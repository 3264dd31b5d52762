/** What Poe's chat endpoint is sent of what it has no place for: files in results, thoughts. */
import { describe, expect, it } from 'vitest';
import type { Message } from '../../../../src/core/request.ts';
import { build } from '../../../../src/upstreams/poe-chat/build.ts';
import { plainRequest } from '../../record.ts';

const PICTURE = { type: 'image', url: 'data:image/png;base64,AAAA' } as const;
const PDF = { type: 'file', url: 'data:application/pdf;base64,AAAA', filename: 'a.pdf' } as const;
const CALLS: Message = {
  role: 'assistant',
  content: [],
  toolCalls: ['a', 'b'].map((id) => ({ id, name: 'look', arguments: '{}' })),
  reasoning: 'I must look.',
};

function sent(messages: readonly Message[]): readonly unknown[] {
  const call = build(plainRequest({ messages }), { baseUrl: '', key: 'key', stream: false });
  const { messages: wire } = JSON.parse(String(call.body)) as { messages: unknown[] };
  return wire;
}

describe('results of tools', () => {
  it('hold text alone: their files are shown after the last of them', () => {
    const text = { type: 'text', text: 'A cat.' } as const;
    const messages: readonly Message[] = [
      CALLS,
      { role: 'tool', toolCallId: 'a', content: [text, PICTURE] },
      { role: 'tool', toolCallId: 'b', content: [PDF] },
      { role: 'assistant', content: [text], toolCalls: [] },
    ];
    const [, first, second, shown, last] = sent(messages);
    expect(first).toEqual({ role: 'tool', tool_call_id: 'a', content: 'A cat.' });
    expect(second).toEqual({ role: 'tool', tool_call_id: 'b', content: 'See the file below.' });
    expect(shown).toEqual({
      role: 'user',
      content: [
        { type: 'text', text: 'The files of the results above:' },
        { type: 'image_url', image_url: { url: PICTURE.url } },
        { type: 'file', file: { filename: 'a.pdf', file_data: PDF.url } },
      ],
    });
    expect(last).toMatchObject({ role: 'assistant' });
  });

  it('at the end of the conversation have their files after them too', () => {
    const messages: readonly Message[] = [
      CALLS,
      { role: 'tool', toolCallId: 'a', content: [PICTURE] },
    ];
    expect(sent(messages)).toHaveLength(3);
  });
});

it('gives a thought back beside its calls', () => {
  expect(sent([CALLS])).toMatchObject([{ reasoning_content: 'I must look.' }]);
});
