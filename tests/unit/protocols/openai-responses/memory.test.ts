/** What refers to earlier responses is put back; without a memory the client is told what to do. */
import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../../../src/core/error.ts';
import type { ParsedRequest } from '../../../../src/core/protocol.ts';
import type { JsonObject, JsonValue } from '../../../../src/lib/json.ts';
import {
  openaiResponses,
  parseInputTokens,
  type ResponseMemory,
} from '../../../../src/protocols/openai-responses/index.ts';
import { thrownBy } from '../../record.ts';
import { calls, CLOCK, read, says, START, STOP, streamOf, USAGE, wholeOf } from './_room.ts';

const ASKED = { role: 'user', content: 'Hi' };
const SAID = {
  type: 'message',
  id: 'msg_1',
  role: 'assistant',
  content: [{ type: 'output_text', text: 'Hello' }],
};

interface Kept {
  readonly response: JsonObject;
  readonly input: readonly JsonObject[];
}

/** One response is kept; what is given to it is at hand. */
function memory(): ResponseMemory & { readonly kept: readonly Kept[] } {
  const kept: Kept[] = [];
  return {
    kept,
    async conversation(id) {
      if (id === 'resp_1') return [ASKED, SAID];
      throw new GatewayError('not-found', 'There is no such response.');
    },
    item: async (id) => (id === 'msg_1' ? SAID : undefined),
    keep: (response, input) => void kept.push({ response, input }),
  };
}

const parsed = async (body: JsonValue, recalled?: ResponseMemory): Promise<ParsedRequest> =>
  openaiResponses(recalled).parse(body, { get: () => null });

const roles = ({ request }: ParsedRequest): readonly string[] =>
  request.messages.map(({ role }) => role);

describe('with a memory', () => {
  it('the conversation of an earlier response comes before the input', async () => {
    const body = {
      input: 'And now?',
      previous_response_id: 'resp_1',
      instructions: 'Be kind.',
      store: true,
    };
    const understood = await parsed(body, memory());
    expect(roles(understood)).toEqual(['system', 'user', 'assistant', 'user']);
    expect(understood.request.original).toEqual({
      protocol: 'openai-responses',
      headers: {},
      body: {
        instructions: 'Be kind.',
        store: true,
        input: [
          ASKED,
          SAID,
          {
            type: 'message',
            role: 'user',
            content: [{ type: 'input_text', text: 'And now?' }],
          },
        ],
      },
    });
    expect(wholeOf([START, says('Yes.'), STOP], understood)).toMatchObject({
      previous_response_id: 'resp_1',
      instructions: 'Be kind.',
    });
  });

  it('that conversation may be the whole input', async () => {
    expect(roles(await parsed({ previous_response_id: 'resp_1' }, memory()))).toEqual([
      'user',
      'assistant',
    ]);
  });

  it('what is wrong is counted by the client’s own items', async () => {
    const body = { input: [ASKED, { role: 'robot' }], previous_response_id: 'resp_1' };
    await expect(parsed(body, memory())).rejects.toMatchObject({ param: 'input[1].role' });
  });

  it('a response that is not there is a 400 that says what to do', async () => {
    const body = { input: 'Hi', previous_response_id: 'resp_2' };
    for (const asked of [parsed(body, memory()), parseInputTokens(body, memory())])
      await expect(asked).rejects.toMatchObject({
        status: 400,
        param: 'previous_response_id',
        code: 'previous_response_not_found',
        message: expect.stringContaining('There is no such response. Send the whole'),
      });
  });

  it('that breaks is its own error', async () => {
    const failure = new Error('disk full');
    const broken = { ...memory(), conversation: () => Promise.reject(failure) };
    const body = { input: 'Hi', previous_response_id: 'resp_1' };
    await expect(parsed(body, broken)).rejects.toBe(failure);
  });

  it.each([{ type: 'item_reference', id: 'msg_1' }, { id: 'msg_1' }])(
    'an item is found by its id: %j',
    async (reference) => {
      const understood = await parsed({ input: [ASKED, reference, ASKED] }, memory());
      expect(roles(understood)).toEqual(['user', 'assistant', 'user']);
      expect(understood.request.original?.body['input']).toEqual([ASKED, SAID, ASKED]);
      expect(understood.ignored).toEqual([]);
    },
  );

  it('a thought that is no longer kept is not kept again', async () => {
    const shelf = memory();
    const input = [ASKED, { type: 'item_reference', id: 'rs_1' }];
    wholeOf([START, STOP], await parsed({ input }, shelf));
    expect(shelf.kept[0]?.input).toEqual([ASKED]);
  });

  it('an item that is not kept is a 400 that says what to do', async () => {
    const body = { input: [ASKED, { type: 'item_reference', id: 'msg_2' }] };
    await expect(parsed(body, memory())).rejects.toMatchObject({
      status: 400,
      param: 'input[1].id',
      message: expect.stringContaining('`store: false`'),
    });
  });

  it('a finished response is kept once, with all that it answered', async () => {
    for (const form of [wholeOf, streamOf]) {
      const shelf = memory();
      const understood = await parsed({ input: 'Why?', previous_response_id: 'resp_1' }, shelf);
      form([START, says('Because.'), USAGE, STOP], understood);
      expect(shelf.kept).toHaveLength(1);
      const [{ response, input } = { response: {}, input: [] }] = shelf.kept;
      expect(input).toHaveLength(3);
      expect(response).toMatchObject({
        id: 'resp_abc',
        status: 'completed',
        previous_response_id: 'resp_1',
        output: [{ content: [{ text: 'Because.' }] }],
        usage: { total_tokens: 12 },
      });
    }
  });

  it('so is an incomplete one, but not what the client does not want stored, nor a failed one', () => {
    const cut = { type: 'finish', reason: 'length', rawReason: 'length' } as const;
    const failed = { type: 'error', error: new GatewayError('overloaded', 'Busy.') } as const;
    const kept = (body: JsonObject, end: typeof cut | typeof failed): number => {
      const shelf = memory();
      streamOf([START, says('Be'), end], read({ input: 'Why?', ...body }, shelf));
      return shelf.kept.length;
    };
    expect(kept({}, cut)).toBe(1);
    expect(kept({ store: null }, cut)).toBe(1);
    expect(kept({ store: false }, cut)).toBe(0);
    expect(kept({}, failed)).toBe(0);
  });

  it('a relayed response is kept as the client saw it', () => {
    const relayed = { id: 'resp_poe', object: 'response', status: 'completed', output: [SAID] };
    const shelf = memory();
    const events = [
      { type: 'relayed-event', name: 'response.created', data: '{"response":{}}' },
      {
        type: 'relayed-event',
        name: 'response.completed',
        data: JSON.stringify({ type: 'response.completed', response: relayed }),
      },
      USAGE,
      STOP,
    ] as const;
    streamOf(events, read({ input: 'Hi' }, shelf));
    wholeOf([{ type: 'relayed-reply', body: relayed }, USAGE, STOP], read({ input: 'Hi' }, shelf));
    expect(shelf.kept.map(({ response }) => [response['id'], response['output']])).toEqual([
      ['resp_abc', [SAID]],
      ['resp_abc', [SAID]],
    ]);
  });
});

describe('without a memory', () => {
  it.each([
    {
      body: { input: 'Hi', previous_response_id: 'resp_1' },
      param: 'previous_response_id',
      says: 'STORE',
    },
    {
      body: { input: [ASKED, { type: 'item_reference', id: 'msg_1' }] },
      param: 'input[1].id',
      says: '`store: false`',
    },
  ])('$param is a 400 that says what to do', async ({ body, param, says: words }) => {
    const expected = { status: 400, param, message: expect.stringContaining(words) };
    expect(thrownBy(() => read(body))).toMatchObject(expected);
    await expect(parseInputTokens(body)).rejects.toMatchObject(expected);
  });

  it('a thought that is not kept is left out, and named', () => {
    const input = [ASKED, { type: 'item_reference', id: 'rs_1' }, SAID, ASKED];
    const { request, ignored } = read({ input });
    expect(request.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
    expect(ignored).toEqual(['input[].item_reference']);
    // The relay leaves it out itself, and tells so.
    expect(request.original?.body['input']).toEqual(input);
  });

  it('to want storing is no fault', () => {
    const { ignored } = read({ input: 'Hi', store: true });
    expect(ignored).toEqual([]);
  });
});

describe('what is to be counted', () => {
  it('is what would be asked', async () => {
    const request = await parseInputTokens({
      input: 'Hi',
      instructions: 'Be kind.',
      tools: [CLOCK],
    });
    expect(request.messages).toHaveLength(2);
    expect(request.tools).toHaveLength(1);
  });
});

describe('a call that is kept', () => {
  it('has the id by which its item can be named', () => {
    const shelf = memory();
    wholeOf([START, calls(0, 'clock', '{}'), STOP], read({ input: 'Hi', tools: [CLOCK] }, shelf));
    expect(shelf.kept[0]?.response['output']).toMatchObject([{ id: 'fc_abc_0' }]);
  });
});
