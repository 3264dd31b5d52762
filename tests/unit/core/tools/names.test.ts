/** Every name becomes one that vendors take, and comes back as it was. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { restoreNames } from '../../../../src/core/stages/restore-names.ts';
import { shortenNames } from '../../../../src/core/tools/names.ts';
import { LAW, plainRequest, recordingSink } from '../../record.ts';

const LONG = `mcp__server__${'x'.repeat(80)}`;

describe('shortenNames', () => {
  it('leaves a request with good names alone', () => {
    const request = plainRequest({ tools: [{ name: 'a-b_C1' }] });
    const { request: same, restore } = shortenNames(request);
    expect(same).toBe(request);
    expect(restore('a-b_C1')).toBe('a-b_C1');
  });

  it('shortens tools, the choice and the history alike', () => {
    const { request, restore } = shortenNames(
      plainRequest({
        tools: [{ name: LONG, description: 'Does it.' }, { name: 'short' }],
        toolChoice: { name: LONG },
        messages: [
          { role: 'assistant', content: [], toolCalls: [{ id: 'a', name: LONG, arguments: '{}' }] },
        ],
      }),
    );
    const [tool, other] = request.tools;
    expect(tool?.name).toMatch(/^mcp__server__x+_[\da-f]{8}$/);
    expect(tool?.name).toHaveLength(64);
    expect(tool?.description).toBe('Does it.');
    expect(other?.name).toBe('short');
    expect(request.toolChoice).toEqual({ name: tool?.name });
    expect(request.messages[0]).toMatchObject({ toolCalls: [{ name: tool?.name }] });
    expect(restore(tool?.name ?? '')).toBe(LONG);
    expect(restore('short')).toBe('short');
  });

  it('gives all names back, from good and different ones', () => {
    const name = fc.oneof(
      fc.string({ maxLength: 90 }),
      fc.string({ unit: fc.constantFrom('.', '/'), maxLength: 4 }),
      fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 62, maxLength: 70 }),
    );
    fc.assert(
      fc.property(fc.uniqueArray(name, { maxLength: 8 }), (names) => {
        const request = plainRequest({ tools: names.map((word) => ({ name: word })) });
        const shortened = shortenNames(request);
        const short = shortened.request.tools.map((tool) => tool.name);
        for (const word of short) expect(word).toMatch(/^[\w-]{1,64}$/);
        expect(new Set(short).size).toBe(names.length);
        expect(short.map((word) => shortened.restore(word))).toEqual(names);
        expect(shortenNames(request).request).toEqual(shortened.request);
      }),
      LAW,
    );
  });
});

describe('restoreNames', () => {
  it("gives calls the client's names and leaves all else alone", () => {
    const sink = recordingSink();
    const stage = restoreNames((name) => `long ${name}`, sink);
    stage.event({ type: 'tool-call-delta', index: 0, id: 'a', name: 'x', arguments: '' });
    stage.event({ type: 'tool-call-delta', index: 0, arguments: '{}' });
    stage.event({ type: 'text-delta', text: 'x' });
    stage.end();
    expect(sink.events).toEqual([
      { type: 'tool-call-delta', index: 0, id: 'a', name: 'long x', arguments: '' },
      { type: 'tool-call-delta', index: 0, arguments: '{}' },
      { type: 'text-delta', text: 'x' },
    ]);
    expect(sink.ends).toBe(1);
  });
});
