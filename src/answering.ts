/**
 * One answer, which may take several calls to Poe: another way where one is refused, a second round
 * where a bot got a tool call or its JSON wrong. Another way is tried only before the first event:
 * after it the user has been charged.
 */
import { firstRound, type Round, type Wishes } from './abilities.ts';
import type { ErrorKind, GatewayError } from './core/error.ts';
import type { Sink } from './core/event.ts';
import type { GenerationRequest } from './core/request.ts';
import { joinRounds } from './core/stages/join-rounds.ts';
import { measureUsage } from './core/stages/measure-usage.ts';
import { hasReasoning } from './core/reasoning.ts';
import { speaksOfTools } from './core/tools/describe.ts';
import type { Attachment, Refusable, Way } from './core/upstream.ts';
import { generate, type GenerationOptions } from './generation.ts';
import type { Source } from './http/event-stream.ts';
import type { KeyRing } from './key-ring.ts';
import {
  refusalToRemember,
  refusesReasoning,
  refusesTools,
  refusesWay,
} from './policy/fallback.ts';

type CallSurroundings = Pick<
  GenerationOptions,
  'platform' | 'idleTimeout' | 'onReply' | 'unexpected' | 'signal'
>;

/** What one answer needs. */
export interface AnswerOptions extends CallSurroundings {
  readonly baseUrl: string;
  /** Whose keys pay. */
  readonly keys: KeyRing;
  /** Best first; at least one. */
  readonly ways: readonly [Way, ...Way[]];
  /** How this way is to be asked, before anything is emulated. */
  prepare(way: Way): { readonly request: GenerationRequest; readonly stream: boolean };
  /** Gives Poe the files of a request. */
  attach(request: GenerationRequest, key: string): Promise<ReadonlyMap<string, Attachment>>;
  readonly wishes: Wishes;
  /** Writes the answer. */
  readonly sink: Sink;
  /** This way is asked now. */
  onWay(way: Way): void;
  /** The bot refuses this; its next request shall know. */
  onRefusal(what: Refusable): void;
}

/** Of the account, of the moment, or of the client: no other way of asking would help. */
const OF_THE_MOMENT: ReadonlySet<ErrorKind> = new Set([
  'unauthenticated',
  'insufficient-points',
  'rate-limited',
  'overloaded',
  'upstream-timeout',
  'client-gone',
  'context-length',
  'too-large',
]);

/** The native protocol calls everything a failure; elsewhere it is one, and may be gone next time. */
function isBroken({ kind }: GatewayError, { upstream }: Way): boolean {
  return kind === 'upstream-failed' && !upstream.isNative;
}

/** Asks for one answer; its first `advance` sends the first call. */
export function answering(options: AnswerOptions): Source {
  const [firstWay, ...later] = options.ways;
  /** The way that is asked now. */
  let way = firstWay;
  let again: Round | undefined;
  /** Something of the answer has left: what fails now, fails for good. */
  let spoke = false;
  /** What the bot refuses, if another way has it. */
  const refused = new Set<Refusable>();
  /** Of the ways that were refused, the first one's words. */
  let refusal: GatewayError | undefined;
  let current: Source | undefined;
  const answer = {
    advance,
    cancel,
    over: false,
    failure: undefined as GatewayError | undefined,
  };

  const joined = joinRounds(measureUsage(options.prepare(firstWay).request, options.sink));
  const gate: Sink = {
    event(event) {
      if (event.type !== 'response-start' && !spoke) {
        spoke = true;
        for (const what of refused) options.onRefusal(what);
        options.keys.heard(undefined);
      }
      joined.event(event);
    },
    end: () => joined.end(),
  };
  return answer;

  function ask(round: Round): Source {
    const { upstream } = way;
    const { request, stages } = round;
    const { baseUrl } = options;
    const key = options.keys.current();
    // Written out: this is done for every request, and spreading costs more.
    return generate({
      upstream,
      request,
      call: { baseUrl, key, stream: options.prepare(way).stream },
      attach: upstream.isNative ? () => options.attach(request, key) : undefined,
      stages,
      sink: gate,
      platform: options.platform,
      idleTimeout: options.idleTimeout,
      onReply: options.onReply,
      unexpected: options.unexpected,
      signal: options.signal,
    });
  }

  function begin(next: Way): Source {
    way = next;
    options.onWay(next);
    const { request } = options.prepare(next);
    return ask(firstRound(request, next, options.wishes, (round) => (again = round)));
  }

  async function advance(): Promise<void> {
    current ??= begin(firstWay);
    await current.advance();
    if (answer.over) return;
    if (again) {
      current.cancel();
      current = ask(again);
      again = undefined;
    } else if (current.over) {
      const { failure } = current;
      const next = failure && nextFor(failure);
      if (next) current = begin(next);
      else end(failure);
    }
  }

  /** How to ask again: with another key, or in another way. */
  function nextFor(failure: GatewayError): Way | undefined {
    const isOfTheKey = options.keys.heard(failure);
    if (spoke) return undefined;
    return isOfTheKey && options.keys.change() ? way : wayAfter(failure);
  }

  /** Another way that does not fail like this. */
  function wayAfter(failure: GatewayError): Way | undefined {
    const { request } = options.prepare(way);
    const ofTools = way.nativeTools ? refusesTools(failure) : undefined;
    if (ofTools && speaksOfTools(request)) {
      if (ofTools === 'always') options.onRefusal('tools');
      for (const [index, other] of later.entries()) later[index] = { ...other, nativeTools: false };
      return { ...way, nativeTools: false };
    }
    if (way.keepsReasoning && refusesReasoning(failure) && hasReasoning(request)) {
      options.onRefusal('reasoning');
      return { ...way, keepsReasoning: false };
    }
    const isPicky = way.isPicky === true && failure.kind === 'invalid-request';
    if (!isPicky && !refusesWay(failure)) return undefined;
    const next = later.shift();
    if (!next) return undefined;
    refusal ??= failure;
    const what = refusalToRemember(way, failure, next);
    // It was not the betas if the request is refused without them too.
    refused.delete('relay-betas');
    if (what) refused.add(what);
    return next;
  }

  function end(failure?: GatewayError): void {
    answer.over = true;
    // What the last way says when it does not work either is seldom the reason.
    const isReason = failure && (OF_THE_MOMENT.has(failure.kind) || isBroken(failure, way));
    const told = failure && refusal && !spoke && !isReason ? refusal : failure;
    answer.failure = told && options.keys.explain(told);
  }

  function cancel(): void {
    answer.over = true;
    current?.cancel();
  }
}
