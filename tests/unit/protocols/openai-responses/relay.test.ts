/** Answers that Poe gives in this dialect are passed on; only what the gateway knows is changed. */
import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../../../src/core/error.ts';
import type { GenerationEvent } from '../../../../src/core/event.ts';
import type { JsonObject } from '../../../../src/lib/json.ts';
import { responseEvents } from '../../../clients/_responses-order.ts';
import { read, STOP, streamOf, USAGE, wholeOf } from './_room.ts';

const ITEM = { id: 'rs_poe', type: 'reasoning', summary: [], encrypted_content: 'opaque' };
const POE = {
  id: 'resp_poe',
  object: 'response',
  created_at: 5,
  model: 'gpt-5-2025-08-07',
  store: false,
  instructions: null,
  metadata: {},
  previous_response_id: null,
  service_tier: 'priority',
  billing: { payer: 'developer' },
};
const ASKED = { input: 'Hi', instructions: 'Be kind.', metadata: { a: '1' } };
const OWN = { id: 'resp_abc', model: 'GPT-5', store: true, instructions: 'Be kind.' };

const relayed = (name: string, event: JsonObject): GenerationEvent => ({
  type: 'relayed-event',
  name,
  data: JSON.stringify({ type: name, ...event }),
});
/** The frames of a relayed response that was created, without that. */
function relayOf(events: readonly GenerationEvent[], parsed = read(ASKED)): string {
  const stream = streamOf([holder('created'), ...events], parsed);
  return stream.slice(stream.indexOf('\n\n') + 2);
}

const NOTHING_COUNTED = {
  input_tokens: 0,
  input_tokens_details: { cached_tokens: 0 },
  output_tokens: 0,
  output_tokens_details: { reasoning_tokens: 0 },
  total_tokens: 0,
};
const COUNTED = { ...NOTHING_COUNTED, input_tokens: 3, total_tokens: 3 };

const holder = (state: string, more: JsonObject = {}): GenerationEvent =>
  relayed(`response.${state}`, {
    sequence_number: 9,
    response: { ...POE, status: state, ...more },
  });

describe('a relayed stream', () => {
  it.each(['created', 'queued', 'in_progress', 'completed', 'incomplete', 'failed'])(
    'has the gateway’s own id and the client’s words in response.%s, and all else as Poe says it',
    (state) => {
      const stream = relayOf([holder(state, { output: [ITEM], usage: COUNTED })]);
      const [event] = responseEvents(stream);
      expect(event).toEqual({
        type: `response.${state}`,
        sequence_number: 9,
        response: {
          ...POE,
          ...OWN,
          status: state,
          output: [ITEM],
          usage: COUNTED,
          metadata: { a: '1' },
        },
      });
    },
  );

  it('has every other event as it came', () => {
    const data = '{"type":"response.web_search_call.searching", "item_id":"ws_1"}';
    const name = 'response.web_search_call.searching';
    const stream = relayOf([{ type: 'relayed-event', name, data }]);
    expect(stream).toBe(`event: ${name}\ndata: ${data}\n\n`);
  });

  it('stays one line of data each, however Poe breaks its lines', () => {
    const data = '{"type":"response.x",\n"item_id":"ws_1"}';
    const stream = relayOf([{ type: 'relayed-event', name: 'response.x', data }]);
    expect(responseEvents(stream)).toEqual([{ type: 'response.x', item_id: 'ws_1' }]);
  });

  it('gets its output back where its end leaves it out', () => {
    const done = relayed('response.output_item.done', { output_index: 0, item: ITEM });
    for (const output of [[], undefined]) {
      const stream = streamOf([holder('created'), done, holder('completed', { output })]);
      const last = responseEvents(stream).at(-1);
      expect(last).toMatchObject({ response: { id: 'resp_abc', output: [ITEM] } });
    }
  });

  it('is given nothing back where it failed: what there was is not an answer', () => {
    const done = relayed('response.output_item.done', { output_index: 0, item: ITEM });
    const stream = streamOf([holder('created'), done, holder('failed', { output: [] })]);
    expect(responseEvents(stream).at(-1)).toMatchObject({ response: { output: [] } });
  });

  it('ends with its own end: the usage and the finish that follow say nothing more', () => {
    const stream = streamOf([holder('created'), holder('completed'), USAGE, STOP]);
    expect(responseEvents(stream)).toHaveLength(2);
  });

  it('is created where Poe does not say so: the official SDK knows no other', () => {
    const events = responseEvents(streamOf([holder('in_progress'), holder('completed')]));
    expect(events.map(({ type }) => type)).toEqual([
      'response.created',
      'response.in_progress',
      'response.in_progress',
      'response.completed',
    ]);
  });

  it.each(['completed', 'incomplete'])(
    'has counts at its end (%s), where Poe has none',
    (state) => {
      for (const usage of [null, undefined]) {
        const stream = streamOf([holder('created', { usage }), holder(state, { usage })]);
        const events = responseEvents(stream) as readonly { response: { usage?: unknown } }[];
        expect(events[0]?.response.usage ?? null).toBeNull();
        expect(events[1]?.response.usage).toEqual(NOTHING_COUNTED);
      }
    },
  );

  it('that breaks off is a failed response, numbered on', () => {
    const error = new GatewayError('upstream-failed', 'It broke off.');
    const stream = streamOf([holder('created'), holder('in_progress'), { type: 'error', error }]);
    const events = responseEvents(stream);
    expect(events).toHaveLength(3);
    expect(events[2]).toMatchObject({
      type: 'response.failed',
      sequence_number: 2,
      response: { id: 'resp_abc', status: 'failed', error: { code: 'server_error' } },
    });
  });

  it('is passed on even where an event is not what its name says', () => {
    const name = 'response.completed';
    for (const data of ['null', '{"response":5}', 'not JSON'])
      expect(relayOf([{ type: 'relayed-event', name, data }])).toBe(
        `event: ${name}\ndata: ${data}\n\n`,
      );
  });
});

describe('a relayed reply', () => {
  it('has the gateway’s own id and the client’s words, and all else as Poe says it', () => {
    const body = { ...POE, status: 'completed', output: [ITEM], usage: COUNTED };
    const reply = wholeOf([{ type: 'relayed-reply', body }, USAGE, STOP], read(ASKED));
    expect(reply).toEqual({ ...body, ...OWN, metadata: { a: '1' } });
  });

  it('has counts, where Poe has none', () => {
    const body = { ...POE, status: 'completed', output: [ITEM], usage: null };
    expect(wholeOf([{ type: 'relayed-reply', body }, STOP])['usage']).toEqual(NOTHING_COUNTED);
  });
});
