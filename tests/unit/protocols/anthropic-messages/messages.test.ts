/** Messages of every shape that clients send → neutral messages. */
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../src/lib/json.ts';
import { body, ignoredOf, messagesOf, parsed, requestOf, text } from './_requests.ts';

const PNG = { type: 'base64', media_type: 'image/png', data: 'iVBORw0' };
const IMAGE = { type: 'image', source: PNG };
const PICTURE = { type: 'image', url: 'data:image/png;base64,iVBORw0' };

const user = (...content: readonly JsonObject[]): JsonObject => ({ role: 'user', content });
const assistant = (...content: readonly JsonObject[]): JsonObject => ({
  role: 'assistant',
  content,
});
const result = (fields: JsonObject): JsonObject => ({
  type: 'tool_result',
  tool_use_id: 'toolu_1',
  ...fields,
});

describe('roles and content', () => {
  it('may be anything, in any order', () => {
    const messages = messagesOf(
      { role: 'user', content: 'one' },
      user(text('two'), text(''), text('three')),
      { role: 'system', content: 'four' },
      { role: 'developer', content: [text('five')] },
      { role: 'assistant', content: 'six' },
      { role: 'assistant', content: [text('seven')] },
      { role: 'user', content: ['eight'] },
      { role: 'user' },
    );
    expect(messages).toEqual([
      { role: 'user', content: [text('one')] },
      { role: 'user', content: [text('two'), text('three')] },
      { role: 'system', content: [text('four')] },
      { role: 'system', content: [text('five')] },
      { role: 'assistant', content: [text('six')], toolCalls: [] },
      { role: 'assistant', content: [text('seven')], toolCalls: [] },
      { role: 'user', content: [text('eight')] },
      { role: 'user', content: [] },
    ]);
  });

  it.each([
    { system: 'Be brief.' },
    { system: [text('Be brief.'), text('')] },
    { system: [text('x-anthropic-billing-header: cc_version=2.1.197.495;'), text('Be brief.')] },
  ])('begin with the system prompt of $system', ({ system }) => {
    const [first] = requestOf({ system }).messages;
    expect(first).toEqual({ role: 'system', content: [text('Be brief.')] });
  });

  it.each([{ system: '' }, { system: [] }, { system: null }])(
    'have no system prompt where there is none ($system)',
    ({ system }) => {
      expect(requestOf({ system }).messages).toHaveLength(1);
    },
  );

  it('leave out an answer of which nothing is left', () => {
    expect(messagesOf({ role: 'user', content: 'a' }, assistant(text('')), assistant())).toEqual([
      { role: 'user', content: [text('a')] },
    ]);
  });

  it('leave out a system message that was for an earlier turn, but not the latest', () => {
    const reminder = { role: 'system', content: 'now', clear_at: 'next_user_message' };
    const turn = { role: 'user', content: 'a' };
    const roles = (...messages: readonly JsonObject[]): readonly string[] =>
      messagesOf(...messages).map(({ role }) => role);
    expect(roles(turn, reminder, turn)).toEqual(['user', 'user']);
    expect(roles(turn, reminder)).toEqual(['user', 'system']);
  });
});

describe('calls and their results', () => {
  it('are a call of the assistant’s, and messages before the rest of the user’s', () => {
    const messages = messagesOf(
      assistant(
        { type: 'thinking', thinking: 'I must look.', signature: 'EqQB' },
        text('I look.'),
        { type: 'tool_use', id: 'toolu_1', name: 'look', input: { at: 'it' }, cache_control: null },
        { type: 'tool_use', id: 'toolu_2', name: 'rest' },
      ),
      user(
        text('Well?'),
        result({ content: 'seen' }),
        { type: 'tool_result', tool_use_id: 'toolu_2' },
        text('And?'),
      ),
      user(result({ content: 'again' })),
    );
    expect(messages).toEqual([
      {
        role: 'assistant',
        content: [text('I look.')],
        reasoning: 'I must look.',
        toolCalls: [
          { id: 'toolu_1', name: 'look', arguments: '{"at":"it"}' },
          { id: 'toolu_2', name: 'rest', arguments: '{}' },
        ],
      },
      { role: 'tool', toolCallId: 'toolu_1', content: [text('seen')] },
      { role: 'tool', toolCallId: 'toolu_2', content: [] },
      { role: 'user', content: [text('Well?'), text('And?')] },
      { role: 'tool', toolCallId: 'toolu_1', content: [text('again')] },
    ]);
  });

  it('keep their pictures and documents', () => {
    const [message] = messagesOf(
      user(
        result({
          content: [
            text('here'),
            IMAGE,
            { type: 'document', source: { type: 'text', data: 'words' } },
            { type: 'search_result', source: 'https://a', title: 'A', content: [text('found')] },
          ],
        }),
      ),
    );
    expect(message).toMatchObject({
      role: 'tool',
      content: [text('here'), PICTURE, text('words'), text('A\nhttps://a\nfound')],
    });
  });

  it.each([
    ['words', 'no such file', [text('Error: no such file')]],
    [
      'words that come to it late',
      `${'a '.repeat(20)}error`,
      [text(`Error: ${'a '.repeat(20)}error`)],
    ],
    ['words that say so', 'Error: no', [text('Error: no')]],
    [
      'tags that say so',
      '<tool_use_error>no</tool_use_error>',
      [text('<tool_use_error>no</tool_use_error>')],
    ],
    ['blocks', [text('no'), text('never')], [text('Error: no'), text('never')]],
    ['nothing', undefined, [text('Error')]],
    ['a picture', [IMAGE], [text('Error'), PICTURE]],
  ])('say that they failed, with %s', (_, content, expected) => {
    const [message] = messagesOf(user(result({ content, is_error: true })));
    expect(message?.content).toEqual(expected);
  });

  it('have all thoughts before them, without signatures', () => {
    const [message] = messagesOf(
      assistant(
        { type: 'thinking', thinking: 'One.', signature: 'a' },
        { type: 'thinking', thinking: '', signature: 'b' },
        { type: 'thinking', thinking: 'Two.', signature: 'c' },
        text('So.'),
      ),
    );
    expect(message).toMatchObject({ reasoning: 'One.\n\nTwo.', content: [text('So.')] });
  });
});

describe('pictures and documents', () => {
  it.each([
    [IMAGE, [PICTURE]],
    [
      { type: 'image', source: { type: 'url', url: 'https://example.com/a.png' } },
      [{ type: 'image', url: 'https://example.com/a.png' }],
    ],
    [
      {
        type: 'document',
        source: { type: 'base64', media_type: 'application/pdf', data: 'JVBE' },
      },
      [{ type: 'file', url: 'data:application/pdf;base64,JVBE', filename: 'document.pdf' }],
    ],
    [
      {
        type: 'document',
        title: 'plan.pdf',
        context: 'Of last year.',
        source: { type: 'url', url: 'https://example.com/plan.pdf' },
      },
      [
        text('Of last year.'),
        { type: 'file', url: 'https://example.com/plan.pdf', filename: 'plan.pdf' },
      ],
    ],
    [
      { type: 'document', source: { type: 'url', url: 'https://example.com/plan.pdf' } },
      [{ type: 'file', url: 'https://example.com/plan.pdf', filename: '' }],
    ],
    [
      {
        type: 'document',
        title: 'Notes',
        context: 'Mine.',
        source: { type: 'text', data: 'Milk.' },
      },
      [text('Notes\n\nMine.\n\nMilk.')],
    ],
    [
      { type: 'document', title: 'Notes', source: { type: 'content', content: 'Milk.' } },
      [text('Notes'), text('Milk.')],
    ],
    [
      { type: 'document', source: { type: 'content', content: [text('Milk.'), IMAGE] } },
      [text('Milk.'), PICTURE],
    ],
  ])('are parts: %j', (block, parts) => {
    expect(messagesOf(user(block))).toEqual([{ role: 'user', content: parts }]);
  });
});

describe('blocks of what Anthropic ran', () => {
  it.each([
    [
      'web_search_tool_result',
      [{ type: 'web_search_result', title: 'A', url: 'https://a', encrypted_content: 'x' }],
      'A\nhttps://a',
    ],
    [
      'web_fetch_tool_result',
      {
        type: 'web_fetch_result',
        url: 'https://a',
        content: { type: 'document', title: 'A', source: { type: 'text', data: 'words' } },
      },
      'https://a\nA\nwords',
    ],
    [
      'web_fetch_tool_result',
      {
        type: 'web_fetch_result',
        url: 'https://a',
        content: { type: 'document', source: { type: 'base64', data: 'JVBE' } },
      },
      'https://a',
    ],
    [
      'bash_code_execution_tool_result',
      { type: 'x', stdout: 'out', stderr: 'err', return_code: 0 },
      'out\nerr',
    ],
    ['mcp_tool_result', [text('said')], 'said'],
    ['mcp_tool_result', 'said', 'said'],
    [
      'tool_search_tool_result',
      { tool_references: [{ type: 'tool_reference', tool_name: 'look' }] },
      'look',
    ],
    ['advisor_tool_result', { type: 'advisor_result', text: 'do' }, 'do'],
    ['compaction', 'What was said before.', 'What was said before.'],
  ])('%s is told by its text', (type, content, expected) => {
    const message = assistant({ type, tool_use_id: 'srvtoolu_1', content }, text('So.'));
    expect(messagesOf(message)[0]?.content).toEqual([text(expected), text('So.')]);
    expect(ignoredOf({ messages: [message] })).toEqual([]);
  });

  it.each([
    { type: 'redacted_thinking', data: 'EmwK' },
    { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: { query: 'who' } },
    { type: 'web_search_tool_result', tool_use_id: '1', content: { error_code: 'unavailable' } },
    { type: 'mcp_tool_use', id: '1', name: 'look', server_name: 'files', input: {} },
    { type: 'container_upload', file_id: 'file_1' },
    { type: 'fallback', from: { model: 'a' }, to: { model: 'b' } },
    { type: 'of_the_future', data: 'x' },
  ])('$type without text is dropped and named', (block) => {
    const { request, ignored } = parsed(
      body({ messages: [assistant(block, text('So.')), user(text('And?'))] }),
    );
    expect(request.messages[0]).toEqual({
      role: 'assistant',
      content: [text('So.')],
      toolCalls: [],
    });
    expect(ignored).toEqual([`messages[].content[].${block.type}`]);
  });
});
