/**
 * The function calls of a response. A call is announced, grows, and is given whole up to three times
 * more: here every word of it is told once. How it then leaves is the chat endpoint's business too.
 */
import type { GatewayError } from '../../core/error.ts';
import type { Sink } from '../../core/event.ts';
import type { JsonObject, JsonValue } from '../../lib/json.ts';
import { readToolCalls } from '../poe-shared/tool-calls.ts';
import { type Place, stringOf } from './items.ts';

/** Fed with the items of type `function_call`, and with the events about them. */
export interface CallReader {
  /** The call is announced. Its arguments count only if nothing else tells them. */
  added(place: Place, item: JsonObject): void;
  delta(place: Place, text: string): void;
  /** The call, or its arguments alone, in full. */
  whole(place: Place, item: JsonObject): void;
  /** The `position`th call of the response that holds all of them. */
  final(position: number, item: JsonObject): void;
  /** As `ToolCallReader.end`. */
  end(finished: boolean): GatewayError | undefined;
  any(): boolean;
}

interface Call extends Place {
  readonly number: number;
  /** The call's own id, which its result refers to; empty as long as it is unknown. */
  id: string;
  arguments: string;
  /** The arguments that it was announced with. */
  announced: string;
  named: boolean;
}

/** @param randomId Makes up an id for a call that came without one. */
export function readCalls(sink: Sink, randomId: () => string): CallReader {
  const outlet = readToolCalls(sink, randomId);
  const calls: Call[] = [];

  function at({ index, itemId }: Place): Call | undefined {
    if (index !== undefined) {
      const call = calls.findLast((known) => known.index === index);
      if (call) return call;
    }
    if (itemId !== '') {
      const call = calls.find((known) => known.itemId === itemId);
      if (call) return call;
    }
    return index === undefined && itemId === '' ? calls.at(-1) : undefined;
  }

  function find(place: Place, id: string): Call | undefined {
    if (id === '') return at(place);
    const known = calls.find((call) => call.id === id);
    if (known) return known;
    // Another id in the same place is another call: not every vendor numbers its items.
    const call = at(place);
    return call?.id === '' ? call : undefined;
  }

  function open({ index, itemId }: Place): Call {
    const call: Call = {
      number: calls.length,
      index,
      itemId,
      id: '',
      arguments: '',
      announced: '',
      named: false,
    };
    calls.push(call);
    return call;
  }

  /** Id and name leave once, together: an id that comes later is too late. */
  function tell(call: Call, name: string, text: string): void {
    call.arguments += text;
    const words = { name: call.named ? '' : name, arguments: text };
    const id = words.name === '' ? '' : call.id || call.itemId;
    call.named ||= name !== '';
    outlet.deltas([{ index: call.number, id, function: words }], false);
  }

  function settle(call: Call, item: JsonObject): void {
    const full = argumentsText(item['arguments']);
    call.id ||= stringOf(item['call_id']);
    // Where the two differ, what was told first stands: it cannot be taken back.
    const rest = full.startsWith(call.arguments) ? full.slice(call.arguments.length) : '';
    tell(call, stringOf(item['name']), rest);
  }

  function whole(place: Place, item: JsonObject): void {
    settle(find(place, stringOf(item['call_id'])) ?? open(place), item);
  }

  return {
    added(place, item) {
      const id = stringOf(item['call_id']);
      const call = find(place, id) ?? open(place);
      call.id ||= id;
      call.announced = argumentsText(item['arguments']);
      tell(call, stringOf(item['name']), '');
    },
    delta(place, text) {
      tell(at(place) ?? open(place), '', text);
    },
    whole,
    final(position, item) {
      const id = stringOf(item['call_id']);
      const itemId = stringOf(item['id']);
      const known = calls.find((call) =>
        id === '' ? itemId !== '' && call.itemId === itemId : call.id === id,
      );
      // A call that was told without its id is known by its position alone.
      const nth = calls[position];
      const unnamed = nth && (nth.id === '' || id === '') ? nth : undefined;
      settle(known ?? unnamed ?? open({ index: undefined, itemId }), item);
    },
    end(finished) {
      for (const call of calls)
        if (call.arguments === '' && call.announced !== '') tell(call, '', call.announced);
      return outlet.end(finished);
    },
    any: () => calls.length > 0,
  };
}

/** JSON text; some vendors send the object itself. */
function argumentsText(value: JsonValue | undefined): string {
  if (typeof value === 'string') return value;
  return value === undefined || value === null ? '' : JSON.stringify(value);
}
