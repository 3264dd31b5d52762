/**
 * One answer, which may take several calls to Poe: another way where one is refused, a second round
 * where a bot got a tool call or its JSON wrong. Another way is tried only before the first event:
 * after it the user has been charged.
 */
import { firstRound, type Round, type Wishes } from './abilities.ts';
import type { GatewayError } from './core/error.ts';
import type { Sink } from './core/event.ts';
import type { GenerationRequest } from './core/request.ts';
import { joinRounds } from './core/stages/join-rounds.ts';
import { measureUsage } from './core/stages/measure-usage.ts';
import { speaksOfTools } from './core/tools/describe.ts';
import type { Attachment, CallOptions, Way } from './core/upstream.ts';
import { generate, type GenerationOptions } from './generation.ts';
import type { Source } from './http/event-stream.ts';
import { refusesTools, refusesWay } from './policy/fallback.ts';
import type { Refusable } from './policy/refusals.ts';

type CallSurroundings = Pick<
  GenerationOptions,
  'platform' | 'idleTimeout' | 'onReply' | 'unexpected' | 'signal'
>;

/** What one answer needs. */
export interface AnswerOptions extends CallSurroundings {
  readonly call: Omit<CallOptions, 'stream'>;
  /** Best first; at least one. */
  readonly ways: readonly [Way, ...Way[]];
  /** How this way is to be asked, before anything is emulated. */
  prepare(way: Way): { readonly request: GenerationRequest; readonly stream: boolean };
  /** Gives Poe the files of a request. */
  attach(request: GenerationRequest): Promise<ReadonlyMap<string, Attachment>>;
  readonly wishes: Wishes;
  /** Writes the answer. */
  readonly sink: Sink;
  /** This way is asked now. */
  onWay(way: Way): void;
  /** The bot refuses this; its next request shall know. */
  onRefusal(what: Refusable): void;
}

/** Asks for one answer; its first `advance` sends the first call. */
export function answering(options: AnswerOptions): Source {
  const [firstWay, ...later] = options.ways;
  /** The way that is asked now. */
  let way = firstWay;
  let again: Round | undefined;
  /** Something of the answer has left: what fails now, fails for good. */
  let spoke = false;
  /** The bot is not to be had by the chat endpoint, if another way has it. */
  let refusesChat = false;
  /** Of the ways that were refused, the first one's words. */
  let refusal: GatewayError | undefined;
  let current: Source | undefined;
  const answer = {
    advance,
    cancel,
    over: false,
    failure: undefined as GatewayError | undefined,
  };

  const told = joinRounds(measureUsage(options.prepare(firstWay).request, options.sink));
  const gate: Sink = {
    event(event) {
      if (event.type !== 'response-start' && !spoke) {
        spoke = true;
        if (refusesChat) options.onRefusal('chat');
      }
      told.event(event);
    },
    end: () => told.end(),
  };
  return answer;

  function ask(round: Round): Source {
    const { upstream } = way;
    const { request, stages } = round;
    const { baseUrl, key } = options.call;
    // Written out: this is done for every request, and spreading costs more.
    return generate({
      upstream,
      request,
      call: { baseUrl, key, stream: options.prepare(way).stream },
      attach: upstream.isNative ? () => options.attach(request) : undefined,
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
      const next = failure && !spoke ? wayAfter(failure) : undefined;
      if (next) current = begin(next);
      else end(failure);
    }
  }

  /** Another way that does not fail like this. */
  function wayAfter(failure: GatewayError): Way | undefined {
    const refused = way.nativeTools ? refusesTools(failure) : undefined;
    if (refused && speaksOfTools(options.prepare(way).request)) {
      if (refused === 'always') options.onRefusal('tools');
      for (const [index, other] of later.entries()) later[index] = { ...other, nativeTools: false };
      return { ...way, nativeTools: false };
    }
    const isPicky = way.isPicky === true && failure.kind === 'invalid-request';
    if (!isPicky && !refusesWay(failure)) return undefined;
    const next = later.shift();
    if (next) refusal ??= failure;
    // Other refusals are about this request.
    if (next?.upstream.isNative && failure.kind === 'model-not-found') refusesChat = true;
    return next;
  }

  function end(failure?: GatewayError): void {
    answer.over = true;
    // What the last way says when it does not work either is seldom the reason.
    answer.failure = failure && refusal && !spoke ? refusal : failure;
  }

  function cancel(): void {
    answer.over = true;
    current?.cancel();
  }
}
