/**
 * The whole answer as the fold of its events. Stream and non-stream replies come from the same
 * events, so they cannot drift apart.
 */
import type { JsonObject } from '../lib/json.ts';
import { GatewayError } from './error.ts';
import type { FinishReason, GenerationEvent, OutputFile, Sink, Usage } from './event.ts';
import type { ToolCall } from './request.ts';

/** A finished answer. */
export interface Completion {
  /** Poe's id of the answer, when it gave one. */
  readonly id: string | undefined;
  readonly text: string;
  readonly reasoning: string;
  readonly refusal: string;
  readonly toolCalls: readonly ToolCall[];
  /** Made by the bot; their links are in the text already. */
  readonly files: readonly OutputFile[];
  readonly finishReason: FinishReason;
  /** Which stop sequence ended the text, where that is known. */
  readonly stopSequence: string | undefined;
  readonly usage: Usage | undefined;
  /** The reply in the client's protocol, where one was relayed: then nothing else is told. */
  readonly relayed: JsonObject | undefined;
}

/** A sink that remembers, and what it remembers once the events are over. */
export interface CompletionFold {
  readonly sink: Sink;
  /** @throws {GatewayError} when the events have not ended. */
  completion(): Completion;
}

/** Starts a fold: feed its sink every event of one answer, then ask for the completion. */
export function foldCompletion(): CompletionFold {
  let id: string | undefined;
  let text = '';
  let reasoning = '';
  let refusal = '';
  const toolCalls: { id: string; name: string; arguments: string }[] = [];
  const files: OutputFile[] = [];
  let usage: Usage | undefined;
  let finishReason: FinishReason | undefined;
  let stopSequence: string | undefined;
  let relayed: JsonObject | undefined;

  function add(event: GenerationEvent): void {
    switch (event.type) {
      case 'response-start':
        id = event.id;
        return;
      case 'text-delta':
        text += event.text;
        return;
      case 'text-replace':
        text = event.text;
        return;
      case 'file':
        files.push(event.file);
        return;
      case 'reasoning-delta':
        reasoning += event.text;
        return;
      case 'refusal-delta':
        refusal += event.text;
        return;
      case 'tool-call-delta': {
        const call = toolCalls[event.index];
        if (call) call.arguments += event.arguments;
        else
          toolCalls.push({
            id: event.id ?? '',
            name: event.name ?? '',
            arguments: event.arguments,
          });
        return;
      }
      case 'usage':
        usage = event.usage;
        return;
      case 'finish':
        finishReason = event.reason;
        stopSequence = event.stopSequence;
        return;
      case 'relayed-reply':
        relayed = event.body;
        return;
      case 'relayed-event':
        // A reply that was to be whole has none.
        return;
      case 'error':
        // A failed answer is never folded: the gateway throws its failure instead.
        return;
    }
  }

  return {
    sink: { event: add, end: () => undefined },
    completion() {
      if (!finishReason) throw new GatewayError('internal', 'The answer was read before its end.');
      return {
        id,
        text,
        reasoning,
        refusal,
        toolCalls,
        files,
        finishReason,
        stopSequence,
        usage,
        relayed,
      };
    },
  };
}
