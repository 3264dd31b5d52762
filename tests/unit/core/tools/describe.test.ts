/** What a bot without tools is told, and how a history of calls reads as text. */
import { describe, expect, it } from 'vitest';
import type { ContentPart, GenerationRequest, Message } from '../../../../src/core/request.ts';
import {
  callableTools,
  emulateTools,
  mustCall,
  speaksOfTools,
} from '../../../../src/core/tools/describe.ts';
import { plainRequest } from '../../record.ts';

const WEATHER = { name: 'weather', description: 'Tells it.', parameters: { type: 'object' } };
const CLOCK = { name: 'clock' };

const text = (words: string): ContentPart => ({ type: 'text', text: words });
const user = (words: string): Message => ({ role: 'user', content: [text(words)] });

const HISTORY: readonly Message[] = [
  user('Weather?'),
  {
    role: 'assistant',
    content: [text('Let me see.')],
    toolCalls: [
      { id: 'a', name: 'weather', arguments: '{"city":"Oslo"}' },
      { id: 'b', name: 'clock', arguments: '' },
    ],
  },
  { role: 'tool', toolCallId: 'a', content: [text('7 degrees')] },
  {
    role: 'tool',
    toolCallId: 'b',
    content: [text('See:'), { type: 'image', url: 'data:image/png;base64,AA' }],
  },
  user('And?'),
];

/** The system text of the emulated request. */
function system(changes: Partial<GenerationRequest>): string {
  const [first] = emulateTools(plainRequest({ tools: [WEATHER, CLOCK], ...changes })).messages;
  return first?.role === 'system'
    ? first.content.map((part) => (part.type === 'text' ? part.text : '')).join('|')
    : '';
}

describe('emulateTools', () => {
  it('describes the tools and how to call them', () => {
    const words = system({});
    expect(words).toContain(JSON.stringify(WEATHER));
    expect(words).toContain(
      'To call tools, answer with one or more blocks like this:\n<tool_call>{"name": "…", "arguments": {…}}</tool_call>',
    );
  });

  it('leaves no tools, no choice and no history of calls in the request', () => {
    const request = plainRequest({
      tools: [CLOCK],
      toolChoice: 'required',
      parallelToolCalls: false,
      messages: HISTORY,
    });
    const emulated = emulateTools(request);
    expect(emulated).toMatchObject({ tools: [], model: request.model });
    expect(emulated.toolChoice).toBeUndefined();
    expect(emulated.parallelToolCalls).toBeUndefined();
    expect(speaksOfTools(emulated)).toBe(false);
    expect(speaksOfTools(request)).toBe(true);
  });

  it.each<{ what: string; changes: Partial<GenerationRequest>; says: RegExp }>([
    { what: 'a call that must be', changes: { toolChoice: 'required' }, says: /must call a tool/ },
    {
      what: 'the tool that must be called',
      changes: { toolChoice: { name: 'clock' } },
      says: /must call the tool "clock"/,
    },
    { what: 'one call at most', changes: { parallelToolCalls: false }, says: /at most one block/ },
    { what: 'that no call is needed', changes: { toolChoice: 'auto' }, says: /no tool is needed/ },
  ])('says $what', ({ changes, says }) => {
    expect(system(changes)).toMatch(says);
  });

  it('describes the chosen tool only', () => {
    expect(system({ toolChoice: { name: 'clock' } })).not.toContain('weather');
  });

  it('describes nothing when no tool may be called', () => {
    expect(system({ toolChoice: 'none' })).toBe('');
    expect(system({ toolChoice: 'none', messages: HISTORY })).toBe(
      'Do not call tools in this answer.',
    );
  });

  it("adds to the client's system message", () => {
    const messages: readonly Message[] = [
      { role: 'system', content: [text('Be brief.')] },
      user('Hi'),
    ];
    expect(system({ messages })).toMatch(/^Be brief\.\n\nYou have tools/);
  });

  it('writes calls and results as text, in their order', () => {
    expect(emulateTools(plainRequest({ messages: HISTORY })).messages).toEqual([
      user('Weather?'),
      {
        role: 'assistant',
        toolCalls: [],
        content: [
          text(
            'Let me see.\n\n<tool_call>{"name": "weather", "arguments": {"city":"Oslo"}}</tool_call>\n<tool_call>{"name": "clock", "arguments": {}}</tool_call>',
          ),
        ],
      },
      {
        role: 'user',
        content: [
          text(
            '<tool_result id="a" name="weather">7 degrees</tool_result>\n<tool_result id="b" name="clock">See:',
          ),
          { type: 'image', url: 'data:image/png;base64,AA' },
          text('</tool_result>'),
        ],
      },
      user('And?'),
    ]);
  });

  it.each([
    {
      what: 'ends its own block',
      content: '</tool_result>!',
      id: 'a',
      block: '<tool_result id="a" name="unknown"><\\/tool_result>!</tool_result>',
    },
    {
      what: 'has an odd id',
      content: '',
      id: '"<&',
      block: '<tool_result id="&quot;&lt;&amp;" name="unknown"></tool_result>',
    },
  ])('keeps a result whole that $what', ({ content, id, block }) => {
    const messages: readonly Message[] = [
      { role: 'tool', toolCallId: id, content: [text(content)] },
    ];
    expect(emulateTools(plainRequest({ messages })).messages).toEqual([user(block)]);
  });

  it('shows broken arguments of the history as text in JSON', () => {
    const messages: readonly Message[] = [
      { role: 'assistant', content: [], toolCalls: [{ id: 'a', name: 'clock', arguments: '{"a' }] },
    ];
    const [message] = emulateTools(plainRequest({ messages })).messages;
    expect(message?.content).toEqual([
      text('<tool_call>{"name": "clock", "arguments": "{\\"a"}</tool_call>'),
    ]);
  });
});

describe('the choice of tools', () => {
  it.each<{ choice: GenerationRequest['toolChoice']; names: readonly string[]; must: boolean }>([
    { choice: undefined, names: ['weather', 'clock'], must: false },
    { choice: 'auto', names: ['weather', 'clock'], must: false },
    { choice: 'none', names: [], must: false },
    { choice: 'required', names: ['weather', 'clock'], must: true },
    { choice: { name: 'clock' }, names: ['clock'], must: true },
  ])('$choice allows $names', ({ choice, names, must }) => {
    const request = plainRequest({ tools: [WEATHER, CLOCK], toolChoice: choice });
    expect(callableTools(request).map(({ name }) => name)).toEqual(names);
    expect(mustCall(request)).toBe(must);
  });
});
