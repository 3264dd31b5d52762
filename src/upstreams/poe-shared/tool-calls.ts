/**
 * The tool calls of one answer, as vendors really send them: without an index (Google), without an
 * id, with the name in every piece, with arguments as an object. What leaves is regular: indexes
 * from 0 without gaps, id and name in the first delta, then pieces of the arguments. Shared by the
 * chat endpoint and by the native protocol, whose `json` events are chunks of the same form.
 */
import { GatewayError } from '../../core/error.ts';
import type { Sink } from '../../core/event.ts';
import { isJsonObject, type JsonObject, type JsonValue, parseJson } from '../../lib/json.ts';

/** More calls in one answer than any model makes. */
const CALL_LIMIT = 1024;

/** Fed with the `tool_calls` arrays of one answer's chunks. */
export interface ToolCallReader {
  /** @param whole The calls of a whole answer: each is one call, whether or not it is numbered. */
  deltas(calls: readonly JsonValue[], whole: boolean): void;
  /**
   * The answer is over: a call without arguments gets `{}`, the JSON of none. Gives an error if a
   * call was never named, or if Poe gave no finish reason (`finished` is false) and a call's
   * arguments are not whole.
   */
  end(finished: boolean): GatewayError | undefined;
  /** Whether there was a call. */
  any(): boolean;
}

interface OpenCall {
  readonly wireIndex: number | undefined;
  id: string;
  name: string;
  arguments: string;
  /** The first delta has left, with id and name. */
  announced: boolean;
}

/** @param randomId Makes up an id for a call that came without one. */
export function readToolCalls(sink: Sink, randomId: () => string): ToolCallReader {
  const calls: OpenCall[] = [];

  /** The call that a piece belongs to, or undefined if it begins a new one. */
  function find(wireIndex: number | undefined, id: string, name: string): OpenCall | undefined {
    if (wireIndex !== undefined) {
      const call = calls.findLast((open) => open.wireIndex === wireIndex);
      // The same index under another id is another call: some vendors number every call 0.
      const another = name !== '' && id !== '' && call && call.id !== '' && call.id !== id;
      return another ? undefined : call;
    }
    if (id !== '') return calls.find((call) => call.id === id);
    // Neither index nor id: a name begins a new call, unless the last one still waits for its name.
    const last = calls.at(-1);
    return name !== '' && last?.name !== '' ? undefined : last;
  }

  function delta(piece: JsonObject, position: number | undefined): void {
    const wireIndex = typeof piece['index'] === 'number' ? piece['index'] : position;
    const body = isJsonObject(piece['function']) ? piece['function'] : {};
    const id = typeof piece['id'] === 'string' ? piece['id'] : '';
    const name = typeof body['name'] === 'string' ? body['name'] : '';
    const text = argumentsText(body['arguments']);

    let call = find(wireIndex, id, name);
    if (!call) {
      if (calls.length === CALL_LIMIT) return;
      call = { wireIndex, id, name: '', arguments: '', announced: false };
      calls.push(call);
    }
    if (call.id === '') call.id = id;
    if (call.name === '') call.name = name;
    call.arguments += text;

    if (call.announced) {
      if (text !== '')
        sink.event({ type: 'tool-call-delta', index: calls.indexOf(call), arguments: text });
    } else if (call.name !== '') {
      announce(call);
    }
  }

  function announce(call: OpenCall): void {
    call.announced = true;
    if (call.id === '') call.id = `call_${randomId()}`;
    const { id, name } = call;
    sink.event({
      type: 'tool-call-delta',
      index: calls.indexOf(call),
      id,
      name,
      arguments: call.arguments,
    });
  }

  return {
    deltas(pieces, whole) {
      for (const [position, piece] of pieces.entries())
        if (isJsonObject(piece)) delta(piece, whole ? position : undefined);
    },
    end(finished) {
      const broken = calls.find(
        (call) => !call.announced || (!finished && parseJson(call.arguments) === undefined),
      );
      if (!broken) {
        for (const [index, call] of calls.entries())
          if (call.arguments.trim() === '')
            sink.event({ type: 'tool-call-delta', index, arguments: '{}' });
        return undefined;
      }
      const words =
        "The model's tool call was cut short: its name or its arguments are not whole. Try again.";
      return new GatewayError('upstream-failed', words);
    },
    any: () => calls.length > 0,
  };
}

/** JSON text; some vendors send the object itself. */
function argumentsText(value: JsonValue | undefined): string {
  if (typeof value === 'string') return value;
  return value === undefined || value === null ? '' : JSON.stringify(value);
}
