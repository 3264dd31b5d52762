/**
 * What a way of asking cannot do for a bot is done here: the request is written so that it can be
 * asked, and the stages make of the answer what the client wanted. Each round of an answer is built
 * anew; what a bot got wrong is asked for once more.
 */
import type { GenerationRequest, ToolCall } from './core/request.ts';
import { emulateJson } from './core/json-output/describe.ts';
import { askForJsonAgain, type JsonFault } from './core/json-output/retry.ts';
import type { Sink } from './core/event.ts';
import { foldRoles, type RoleFolding } from './core/fold-roles.ts';
import { withReasoning } from './core/reasoning.ts';
import { cutAtStop } from './core/stages/cut-at-stop.ts';
import { findFiles } from './core/stages/find-files.ts';
import { holdJson } from './core/stages/hold-json.ts';
import { liftToolCalls } from './core/stages/lift-tool-calls.ts';
import { placeFiles } from './core/stages/place-files.ts';
import { promoteReasoning } from './core/stages/promote-reasoning.ts';
import { restoreNames } from './core/stages/restore-names.ts';
import { settleAtEnd, settleReplace } from './core/stages/settle-replace.ts';
import { splitReasoning } from './core/stages/split-reasoning.ts';
import { callableTools, emulateTools, mustCall, speaksOfTools } from './core/tools/describe.ts';
import { shortenNames } from './core/tools/names.ts';
import { askForCallsAgain } from './core/tools/retry.ts';
import type { Way } from './core/upstream.ts';

/** How the client wants the answer. */
export interface Wishes {
  /** As it is said; else in one piece, when all is known. */
  readonly streamed: boolean;
  /** Thinking is the answer where there is no other. */
  readonly promoteReasoning: boolean;
  /** The whole conversation is one message. */
  readonly simulateRoles?: RoleFolding | 'never';
  readonly randomId: () => string;
}

/** One round of an answer: what to ask, and the stages from the upstream's reader to the answer. */
export interface Round {
  readonly request: GenerationRequest;
  stages(next: Sink): Sink;
}

/** What is asked again, and what of the first round the client already has. */
interface Again {
  readonly request: GenerationRequest;
  readonly made: readonly ToolCall[];
  readonly told: string;
}

/** @param onAgain Called at most once, within a stage: the answer has to be asked for again. */
export function firstRound(
  wanted: GenerationRequest,
  way: Way,
  wishes: Wishes,
  onAgain: (next: Round) => void,
): Round {
  // What is relayed is in the client's own words, and so is the answer.
  if (way.upstream.relays) return { request: wanted, stages: (next) => next };
  const original = withReasoning(wanted, way.keepsReasoning === true);
  const native = way.upstream.isNative === true;
  const formatted = way.format === 'emulated' ? emulateJson(original) : original;
  const { simulateRoles: folding = 'never' } = wishes;
  // One message has no place for calls and results.
  const emulated = (!way.nativeTools || folding !== 'never') && speaksOfTools(original);
  const named = emulated ? undefined : shortenNames(formatted);
  const request = named?.request ?? emulateTools(formatted);
  return round(request, undefined);

  function round(sent: GenerationRequest, earlier: Again | undefined): Round {
    const again = (next: Again): void => onAgain(round(next.request, next));
    return {
      request: folding === 'never' ? sent : foldRoles(sent, folding),
      stages(next) {
        const spoken = wishes.promoteReasoning ? promoteReasoning(next) : next;
        // A link to a file is not the model's text: it comes after the stop sequences.
        const cut = cutAtStop(original.stop, native ? placeFiles(spoken) : findFiles(spoken));
        const checked = checkFormat(cut, sent, earlier, again);
        const called = calls(checked, sent, earlier, again);
        const thought = splitReasoning(called);
        if (!native) return thought;
        return wishes.streamed ? settleReplace(thought) : settleAtEnd(thought);
      },
    };
  }

  function checkFormat(
    next: Sink,
    sent: GenerationRequest,
    earlier: Again | undefined,
    again: (next: Again) => void,
  ): Sink {
    const { outputFormat } = original;
    if (!outputFormat || way.format === 'native') return next;
    const onFault = (fault: JsonFault): boolean => {
      if (earlier) return false;
      again({ request: askForJsonAgain(sent, fault), made: [], told: '' });
      return true;
    };
    return holdJson(outputFormat, onFault, next);
  }

  function calls(
    next: Sink,
    sent: GenerationRequest,
    earlier: Again | undefined,
    again: (next: Again) => void,
  ): Sink {
    if (named) return named.request === formatted ? next : restoreNames(named.restore, next);
    const tools = callableTools(original);
    // Without a tool that may be called, what looks like a call is text.
    if (tools.length === 0) return next;
    return liftToolCalls(
      tools,
      {
        parallel: original.parallelToolCalls !== false,
        required: mustCall(original),
        randomId: wishes.randomId,
        earlier: earlier?.made,
        told: earlier?.told,
        onFault(fault) {
          // The last word: agents answer a bad call with an error, and go on; text would end them.
          if (earlier) return 'as-calls';
          const { made, told } = fault;
          again({ request: askForCallsAgain(sent, fault), made, told });
          return 'ask-again';
        },
      },
      next,
    );
  }
}
