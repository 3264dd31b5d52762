/**
 * One answer, which may take several calls to Poe: with another key or in another way where one is
 * refused, the same again where Poe could not answer, a second round where a bot got a tool call or
 * its JSON wrong. A failure after the first event is for good: by then the user has been charged.
 */
import { firstRound, type Round, type Wishes } from './abilities.ts';
import { GatewayError } from './core/error.ts';
import type { Sink, Usage } from './core/event.ts';
import type { GenerationRequest } from './core/request.ts';
import { joinRounds } from './core/stages/join-rounds.ts';
import { measureUsage } from './core/stages/measure-usage.ts';
import { hasReasoning } from './core/reasoning.ts';
import { speaksOfTools } from './core/tools/describe.ts';
import type { Attachment, Refusable, ReplyHead, Way } from './core/upstream.ts';
import { generate, type Generation, type GenerationOptions } from './generation.ts';
import type { Source } from './http/event-stream.ts';
import type { KeyRing } from './keys/key-ring.ts';
import {
  isReason,
  refusalToRemember,
  refusesReasoning,
  refusesTools,
  refusesWay,
} from './policy/fallback.ts';
import { countRetries, NO_KEY } from './policy/retry.ts';
import { QueueTooLong } from './policy/spacing.ts';

type CallSurroundings = Pick<
  GenerationOptions,
  'platform' | 'idleTimeout' | 'onReply' | 'unexpected' | 'signal' | 'endsAt' | 'spacing'
>;

/** What one answer needs. */
export interface AnswerOptions extends CallSurroundings {
  readonly baseUrl: string;
  /** Whose keys pay. */
  readonly keys: KeyRing;
  /** Best first; at least one. */
  readonly ways: readonly [Way, ...Way[]];
  /** How often a call that Poe could not answer is made again. */
  readonly retries: number;
  /** How this way is to be asked, before anything is emulated. */
  prepare(way: Way): { readonly request: GenerationRequest; readonly stream: boolean };
  /** Gives Poe the files of a request. */
  attach(request: GenerationRequest, key: string): Promise<ReadonlyMap<string, Attachment>>;
  readonly wishes: Wishes;
  /** Writes the answer. */
  readonly sink: Sink;
  /** This way is asked now. */
  onWay(way: Way): void;
  /** The same is asked again, after a wait. */
  onRetry(): void;
  /** The bot refuses this; its next request shall know. */
  onRefusal(what: Refusable): void;
  /**
   * What the answer has used, in how many calls to Poe, and the key that paid. Of one that broke off, as
   * far as that is known: Poe has charged for it all the same.
   */
  onUsage(usage: Usage, calls: number, key: string): void;
}

/** Asks for one answer; its first `advance` sends the first call. */
export function answering(options: AnswerOptions): Source {
  const [firstWay, ...later] = options.ways;
  /** The way that is asked now. */
  let way = firstWay;
  let again: Round | undefined;
  /** Something of the answer has left: what fails now, fails for good. */
  let spoke = false;
  /** The current call has said something: it is not made again. */
  let isBegun = false;
  /** What the bot refuses, if another way has it. */
  const refused = new Set<Refusable>();
  /** Of the ways that were refused, the first one's words. */
  let refusal: GatewayError | undefined;
  const { platform, signal } = options;
  const retries = countRetries(options);
  let current: Generation | undefined;
  /** What the current call asks, to be asked again. */
  let asked: Round | undefined;
  const answer = {
    advance,
    cancel,
    over: false,
    failure: undefined as GatewayError | undefined,
  };

  /** The calls that Poe has answered. */
  let calls = 0;
  let isCounted = false;
  const count = (usage: Usage): void => {
    isCounted = true;
    options.onUsage(usage, calls, options.keys.current());
  };
  const measured = measureUsage(options.prepare(firstWay).request, options.sink, count);
  const joined = joinRounds(measured);
  const gate: Sink = {
    event(event) {
      if (event.type !== 'response-start') isBegun = true;
      // What was used is told at the end of all rounds.
      if (isBegun && event.type !== 'usage' && !spoke) {
        spoke = true;
        for (const what of refused) options.onRefusal(what);
        options.keys.heard(undefined);
      }
      joined.event(event);
    },
    end: () => joined.end(),
  };
  return answer;

  function ask(round: Round): Generation {
    asked = round;
    isBegun = false;
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
      platform,
      idleTimeout: options.idleTimeout,
      onReply,
      unexpected: options.unexpected,
      signal,
      endsAt: options.endsAt,
      spacing: options.spacing,
    });
  }

  function onReply(reply: ReplyHead): void {
    if (reply.status >= 200 && reply.status <= 299) calls += 1;
    options.onReply(reply);
  }

  function begin(next: Way): Generation {
    way = next;
    options.onWay(next);
    const { request } = options.prepare(next);
    return ask(firstRound(request, next, options.wishes, (round) => (again = round)));
  }

  async function advance(): Promise<void> {
    if (!current) {
      const lack = await options.keys.ready();
      const problem = lack && (await untilAgain(lack, NO_KEY));
      if (answer.over) return;
      if (problem) return end(problem);
      current = begin(firstWay);
    }
    await current.advance();
    if (answer.over) return;
    if (again) {
      current.cancel();
      current = ask(again);
      again = undefined;
    } else if (current.over) {
      const { failure } = current;
      if (!failure) return end();
      const next = await nextFor(failure);
      if (answer.over) return;
      if (next) return void (current = begin(next));
      const final = await untilAgain(failure, current.status);
      if (answer.over) return;
      if (final) end(final);
      else if (asked) current = ask(asked);
    }
  }

  /**
   * Waits until the same may be asked again.
   *
   * @param status Of Poe's reply, if there was one; or that no key could be used.
   * @returns Why it may not.
   */
  async function untilAgain(
    failure: GatewayError,
    status: number | typeof NO_KEY | undefined,
  ): Promise<GatewayError | undefined> {
    if (spoke || isBegun) return failure;
    // Of a pool the first key that is ready again is waited for.
    const explained = options.keys.explain(failure);
    if (!(await retries.wait(explained, explained === failure ? status : NO_KEY)))
      return signal.reason instanceof GatewayError ? signal.reason : failure;
    if (!(await options.keys.again())) return untilAgain(failure, status);
    options.onRetry();
    return undefined;
  }

  /** How to ask again: with another key, or in another way. */
  async function nextFor(failure: GatewayError): Promise<Way | undefined> {
    if (failure instanceof QueueTooLong) return undefined;
    const isOfTheKey = options.keys.heard(failure);
    if (spoke || isBegun) return undefined;
    return isOfTheKey && (await options.keys.change()) ? way : wayAfter(failure);
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
    countBroken();
    // What the last way says when it does not work either is seldom the reason.
    const told = failure && refusal && !spoke && !isReason(failure, way) ? refusal : failure;
    answer.failure = told && retries.told(options.keys.explain(told));
  }

  /** An answer that did not finish. */
  function countBroken(): void {
    const used = joined.usage() ?? (spoke ? measured.estimate() : undefined);
    if (used && !isCounted) count(used);
  }

  function cancel(): void {
    answer.over = true;
    retries.cancel();
    current?.cancel();
    countBroken();
  }
}
