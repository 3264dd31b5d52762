/** Events → frames, in Anthropic's order whatever the bot's; and relayed events as they came. */
import { describe, expect, it } from 'vitest';
import { foldCompletion } from '../../../../src/core/completion.ts';
import { GatewayError } from '../../../../src/core/error.ts';
import type { GenerationEvent } from '../../../../src/core/event.ts';
import type { JsonObject } from '../../../../src/lib/json.ts';
import { messageEvents, readMessageStream } from '../../../clients/_messages-order.ts';
import { body, parsed } from './_requests.ts';

const ANSWER = { id: 'made-up', created: 1_700_000_000, model: 'GPT-5' };
const FINISH: GenerationEvent = { type: 'finish', reason: 'stop', rawReason: 'stop' };

/** What each event writes. */
function framesOf(events: readonly GenerationEvent[], fields: JsonObject = {}): readonly string[] {
  const frames: string[] = [];
  const [sink] = parsed(body(fields)).renderStream(ANSWER, (text) => frames.push(text));
  return events.map((event) => {
    frames.length = 0;
    sink?.event(event);
    return frames.join('');
  });
}

function streamOf(...events: readonly GenerationEvent[]): string {
  return framesOf(events).join('');
}

const say = (text: string): GenerationEvent => ({ type: 'text-delta', text });
const think = (text: string): GenerationEvent => ({ type: 'reasoning-delta', text });
const call = (index: number, pieces: string, name?: string): GenerationEvent => ({
  type: 'tool-call-delta',
  index,
  ...(name === undefined ? {} : { id: `call_${index}`, name }),
  arguments: pieces,
});

describe('a stream', () => {
  it('says nothing before the first event that says something', () => {
    const file = { url: 'https://a', mediaType: 'image/png', name: 'a' };
    const usage = { inputTokens: 1, outputTokens: 1, estimated: false };
    expect(
      framesOf([
        { type: 'response-start', id: 'chatcmpl-1' },
        { type: 'usage', usage },
        { type: 'file', file },
        say(''),
      ]),
    ).toEqual(['', '', '', '']);
  });

  it('begins with a guess of the input, and a ping', () => {
    const [first = ''] = framesOf([say('Hi')], { system: 'word '.repeat(400) });
    const events = messageEvents(first);
    expect(events.map(({ type }) => type)).toEqual([
      'message_start',
      'ping',
      'content_block_start',
      'content_block_delta',
    ]);
    expect(Number(/"input_tokens":(\d+)/.exec(first)?.[1])).toBeGreaterThan(300);
  });

  it('writes one frame for a delta', () => {
    const [, second] = framesOf([say('Hi'), say(' "you"\n')]);
    expect(second).toBe(
      'event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":" \\"you\\"\\n"}}\n\n',
    );
  });

  it('closes every block before the next', () => {
    const { message } = readMessageStream(
      streamOf(think('a'), think('b'), say('c'), think('d'), say('e'), call(0, '{}', 'f'), FINISH),
    );
    const types = (message['content'] as readonly JsonObject[]).map(({ type }) => type);
    expect(types).toEqual(['thinking', 'text', 'thinking', 'text', 'tool_use']);
  });

  it('lets what grows in turns wait for the first call to end', () => {
    const frames = framesOf([
      call(0, '', 'first'),
      call(1, '{"b":', 'second'),
      call(0, '{"a":1}'),
      say('and'),
      think('hm'),
      call(1, '2}'),
      call(2, '', 'third'),
      say(' so'),
      FINISH,
    ]);
    expect(frames[1]).toBe('');
    expect(frames[2]).toContain('{\\"a\\":1}');
    expect(frames.slice(3, 8)).toEqual(['', '', '', '', '']);
    expect(readMessageStream(frames.join('')).message['content']).toMatchObject([
      { type: 'tool_use', id: 'call_0', name: 'first', input: { a: 1 } },
      { type: 'tool_use', id: 'call_1', name: 'second', input: { b: 2 } },
      { type: 'text', text: 'and' },
      { type: 'thinking', thinking: 'hm' },
      { type: 'tool_use', id: 'call_2', name: 'third', input: {} },
      { type: 'text', text: ' so' },
    ]);
  });

  it('keeps what a waiting call has for arguments, though they are none', () => {
    const stream = streamOf(call(0, '{}', 'first'), call(1, '{"a"', 'second'), FINISH);
    expect(readMessageStream(stream).message['content']).toMatchObject([
      { input: {} },
      { input: { arguments: '{"a"' } },
    ]);
  });

  it('ends with its calls, though a stop sequence ended the text', () => {
    const stream = streamOf(call(0, '{}', 'f'), {
      type: 'finish',
      reason: 'tool-calls',
      rawReason: 'stop',
      stopSequence: 'END',
    });
    expect(readMessageStream(stream).message).toMatchObject({
      stop_reason: 'tool_use',
      stop_sequence: null,
    });
  });

  it('tells a refusal as text', () => {
    const { message } = readMessageStream(
      streamOf(say('I '), { type: 'refusal-delta', text: 'cannot.' }, FINISH),
    );
    expect(message['content']).toEqual([{ type: 'text', text: 'I cannot.' }]);
  });

  it('ends with an error event where it fails, begun or not', () => {
    const error = new GatewayError('overloaded', 'Poe is overloaded.');
    const written =
      'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"Poe is overloaded."}}\n\n';
    expect(framesOf([{ type: 'error', error }])).toEqual([written]);
    expect(framesOf([say('Hi'), { type: 'error', error }])[1]).toBe(written);
  });
});

describe('a relayed stream', () => {
  const start = {
    type: 'message_start',
    message: { id: 'msg_poe', model: 'claude-snapshot', content: [], usage: { input_tokens: 3 } },
  };
  const relay = (name: string, data: string): GenerationEvent => ({
    type: 'relayed-event',
    name,
    data,
  });

  it('is passed on as it came, but for the model’s name', () => {
    const delta = '{"type": "content_block_delta",  "index":0, "delta":{"odd": 1}}';
    const usage = { inputTokens: 3, outputTokens: 1, estimated: false };
    const frames = framesOf([
      { type: 'response-start' },
      relay('message_start', JSON.stringify(start)),
      relay('content_block_delta', delta),
      relay('ping', '{"type":"ping"}'),
      relay('of_the_future', '{\n"type":"of_the_future"}'),
      relay('message_stop', '{"type":"message_stop"}'),
      { type: 'usage', usage },
      FINISH,
    ]);
    const { message } = start;
    const named = { ...start, message: { ...message, model: 'GPT-5' } };
    expect(frames).toEqual([
      '',
      `event: message_start\ndata: ${JSON.stringify(named)}\n\n`,
      `event: content_block_delta\ndata: ${delta}\n\n`,
      'event: ping\ndata: {"type":"ping"}\n\n',
      'event: of_the_future\ndata: {\ndata: "type":"of_the_future"}\n\n',
      'event: message_stop\ndata: {"type":"message_stop"}\n\n',
      '',
      '',
    ]);
  });

  it.each(['not JSON', '[]', '{"type":"message_start"}'])(
    'is passed on though its start is %s',
    (data) => {
      expect(framesOf([relay('message_start', data)])).toEqual([
        `event: message_start\ndata: ${data}\n\n`,
      ]);
    },
  );

  it('ends with an error event where it breaks off', () => {
    const error = new GatewayError('upstream-failed', 'Poe broke off.');
    const stream = streamOf(relay('message_start', JSON.stringify(start)), {
      type: 'error',
      error,
    });
    expect(stream.endsWith('"message":"Poe broke off."}}\n\n')).toBe(true);
  });
});

describe('a relayed reply', () => {
  it('is passed on as it came, but for the model’s name', () => {
    const relayed = { id: 'req_poe_1', type: 'message', model: 'claude-snapshot', odd: [1] };
    const fold = foldCompletion();
    fold.sink.event({ type: 'relayed-reply', body: relayed });
    fold.sink.event(FINISH);
    expect(parsed(body()).render([fold.completion()], ANSWER)).toEqual({
      ...relayed,
      model: 'GPT-5',
    });
  });
});
