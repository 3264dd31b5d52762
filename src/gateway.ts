/**
 * The spine of one exchange: parse → admit → ask Poe → stages → render. It knows the interfaces of
 * the rooms and none of the rooms. Before the first event a failure is an HTTP error with the
 * right status; after it, it is the last event of the stream.
 */
import { admit } from './admission.ts';
import { answering } from './answering.ts';
import type { Config } from './config.ts';
import type { Context } from './context.ts';
import { foldCompletion } from './core/completion.ts';
import { GatewayError } from './core/error.ts';
import type { Sink } from './core/event.ts';
import type { ModelCard } from './core/model.ts';
import type { AnswerIdentity, ParsedRequest, Protocol } from './core/protocol.ts';
import type { GenerationRequest } from './core/request.ts';
import type { Refusable, Way } from './core/upstream.ts';
import { readJsonBody } from './http/body.ts';
import { type Deadline, startDeadline } from './http/deadline.ts';
import { eventStream, type OutputBuffer, type Source } from './http/event-stream.ts';
import { lateJson } from './http/late-json.ts';
import { EVENT_STREAM, JSON_TYPE, type ReplyHeaders } from './http/reply.ts';
import { together } from './http/together.ts';
import type { JsonValue } from './lib/json.ts';
import { headerList, headerWord } from './lib/text.ts';
import { settledWithin } from './lib/time.ts';

/** Of a conversation's first words, in UTF-16 code units. */
const BEGINNING = 500;

/** Which ways there are to serve a request. */
export type SelectWays = (
  request: GenerationRequest,
  circumstances: {
    readonly card: ModelCard | undefined;
    readonly listKnown: boolean;
    readonly choice: Config['upstream'];
    refuses(what: Refusable): boolean;
  },
) => readonly [Way, ...Way[]];

/** Told of an answer that is being given, with what ends it early; gives back what to call at its end. */
export type Follow = (answer: AnswerIdentity, abort: (reason: GatewayError) => void) => () => void;

/** Answers one request in one protocol's dialect. */
export async function exchange(
  context: Context,
  protocol: Protocol,
  selectWays: SelectWays,
  follow?: Follow,
): Promise<Response> {
  const { request, config, platform, refusals, uploads } = context;
  const caller = await context.identify();
  await context.accounting.checkBudget(caller);
  const body = await readJsonBody(request, config.maxRequestSize);
  const parsed = await protocol.parse(body, request.headers);
  const admitted = await admit(context, parsed, caller);
  const { model, card, prepare } = admitted;
  const ways = selectWays(prepare().request, {
    card,
    listKnown: admitted.listKnown,
    choice: admitted.choice,
    refuses: (what) => refusals.has(model, what),
  });
  let [served] = ways;
  context.note({ model, upstream: served.upstream.name });

  const answer: AnswerIdentity = {
    id: platform.randomId(),
    created: Math.floor(platform.now() / 1000),
    model: parsed.request.model || model,
  };
  const bill = context.accounting.bill(context, { caller, model, card });
  const unfollow = follow?.(answer, (reason) => deadline.abort(reason));
  const deadline: Deadline = startDeadline(request.signal, platform.now, config.timeout, unfollow);
  let retries = 0;
  const attaching = new Map<string, ReturnType<typeof uploads.attach>>();
  const ask = (sink: Sink, choice: number): Source =>
    answering({
      ways,
      prepare: (way) => prepare(way, parsed.messagesOf?.(choice)),
      baseUrl: config.poeBaseUrl,
      keys: context.keysOf(caller, conversationOf(parsed.request)),
      // All choices and rounds show the same files; what is uploaded is the account's of that key.
      attach(asked, key) {
        const attached = attaching.get(key) ?? uploads.attach(asked, key, deadline.signal);
        attaching.set(key, attached);
        // What failed may be tried again.
        attached.catch(() => attaching.delete(key));
        return attached;
      },
      wishes: {
        streamed: parsed.streamed,
        promoteReasoning: config.promoteReasoning,
        simulateRoles: config.simulateRoles,
        randomId: platform.randomId,
      },
      sink,
      platform,
      idleTimeout: config.idleTimeout,
      signal: deadline.signal,
      endsAt: deadline.endsAt,
      spacing: context.spacing,
      retries: config.retries,
      onRetry: () => context.note({ retries: ++retries }),
      onReply: (reply) => context.heardFromPoe(reply),
      onWay(way) {
        served = way;
        context.note({ upstream: way.upstream.name });
      },
      onRefusal: (what) => refusals.remember(model, what),
      onUsage: bill,
      unexpected: (cause) => context.unexpected(cause),
    });
  const headers = (): ReplyHeaders => {
    const unused = admitted.ignored(served);
    return {
      'x-poeway-upstream': served.upstream.name,
      'x-poeway-model': headerWord(model),
      ...(unused.length > 0 ? { 'x-poeway-ignored': headerList(unused) } : {}),
    };
  };

  try {
    return await (parsed.streamed ? replyStreamed : replyWhole)({
      context,
      parsed,
      answer,
      ask,
      deadline,
      headers,
    });
  } catch (error) {
    // What is still being asked is asked for nothing.
    deadline.abort(error);
    throw error;
  }
}

/**
 * What tells a conversation that goes on from others, from turn to turn: how it begins. A new one has
 * nothing in Poe's cache.
 */
function conversationOf({ model, messages }: GenerationRequest): string {
  if (!messages.some(({ role }) => role === 'assistant')) return '';
  const [part] = messages.find(({ role }) => role === 'user')?.content ?? [];
  return `${model} ${part?.type === 'text' ? part.text.slice(0, BEGINNING) : ''}`;
}

interface Exchange {
  readonly context: Context;
  readonly parsed: ParsedRequest;
  readonly answer: AnswerIdentity;
  /** Asks Poe for one choice; its events go into the sink. */
  readonly ask: (sink: Sink, choice: number) => Source;
  readonly deadline: Deadline;
  /** What the reply says of how it was served, as far as that is known now. */
  readonly headers: () => ReplyHeaders;
}

async function replyWhole(exchanged: Exchange): Promise<Response> {
  const { context, headers } = exchanged;
  const { earlyStart } = context.config;
  const answered = completed(exchanged);
  if (earlyStart === undefined || (await settledWithin(answered, earlyStart)))
    return context.json(200, await answered, headers());
  return context.stream(JSON_TYPE, late(exchanged, answered), headers());
}

/** All of the answer, in the protocol's form. */
async function completed({ parsed, answer, ask, deadline }: Exchange): Promise<JsonValue> {
  const folds = Array.from({ length: parsed.choices }, () => foldCompletion());
  const source = together(folds.map(({ sink }, choice) => ask(sink, choice)));
  while (!source.over) await source.advance();
  if (source.failure) throw source.failure;
  deadline.release();
  return parsed.render(
    folds.map((fold) => fold.completion()),
    answer,
  );
}

/** The reply has begun, so a failure can no longer have a status: it is the body. */
function late(
  { context, deadline }: Exchange,
  answered: Promise<JsonValue>,
): ReadableStream<Uint8Array> {
  let outcome = 'finished';
  const json = answered
    .catch((cause: unknown) => {
      const error = cause instanceof GatewayError ? cause : context.unexpected(cause);
      deadline.abort(error);
      outcome = error.code;
      return context.dialect.error(error, context.requestId);
    })
    .then((body) => {
      context.finishStreaming(outcome);
      return JSON.stringify(body);
    });
  return lateJson(json, context.config.keepAlive, () =>
    deadline.abort(new GatewayError('client-gone', 'The client left.')),
  );
}

async function replyStreamed({
  context,
  parsed,
  answer,
  ask,
  deadline,
  headers,
}: Exchange): Promise<Response> {
  const { config, platform } = context;
  const output: OutputBuffer = { text: '' };
  const sinks = parsed.renderStream(answer, (frames) => {
    output.text += frames;
  });
  const source = together(sinks.map(ask));

  // The first event decides the status. A Poe that takes longer is not waited for: the stream is
  // opened and kept alive, or a proxy on the way would take the silence for a dead server.
  const opening = untilOutput(source, output);
  await settledWithin(opening, config.keepAlive);
  if (source.failure && output.text === '') throw source.failure;

  const body = eventStream(source, output, {
    opening,
    keepAlive: config.keepAlive,
    now: platform.now,
    signal: deadline.signal,
    writeFailure: (error) => sinks[0]?.event({ type: 'error', error }),
    onEnd(outcome) {
      // After a failure another choice may still wait to be asked.
      if (outcome === 'finished') deadline.release();
      else deadline.abort(new GatewayError('client-gone', 'The client left.'));
      context.finishStreaming(outcome);
    },
  });
  return context.stream(EVENT_STREAM, body, headers());
}

async function untilOutput(source: Source, output: OutputBuffer): Promise<void> {
  while (output.text === '' && !source.over) await source.advance();
}
