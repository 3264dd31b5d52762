/**
 * What the unit tests share: a sink that remembers what it is given, and how long laws are tried.
 */
import type { GenerationEvent, Sink } from '../../src/core/event.ts';
import type { GenerationRequest } from '../../src/core/request.ts';

/** The same cases in every run; few enough for a quick suite. */
export const LAW = { seed: 20_260_101, numRuns: 120 } as const;

/** A sink, and what it was given. */
export interface RecordingSink extends Sink {
  readonly events: readonly GenerationEvent[];
  readonly ends: number;
}

export function recordingSink(): RecordingSink {
  const events: GenerationEvent[] = [];
  let ends = 0;
  return {
    events,
    get ends() {
      return ends;
    },
    event(event) {
      events.push(event);
    },
    end() {
      ends += 1;
    },
  };
}

/** All text of the events, in their order. */
export function textOf(events: readonly GenerationEvent[]): string {
  return events.map((event) => (event.type === 'text-delta' ? event.text : '')).join('');
}

/** A request that asks for nothing special. */
export function plainRequest(changes: Partial<GenerationRequest> = {}): GenerationRequest {
  return {
    model: 'gpt-5',
    messages: [{ role: 'user', content: [{ type: 'text', text: 'Hello' }] }],
    tools: [],
    stop: [],
    parameters: {},
    ...changes,
  };
}

/** What a call throws; undefined when it throws nothing. */
export function thrownBy(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  return undefined;
}
