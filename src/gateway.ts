/**
 * The spine of one exchange: parse → admit → ask Poe → stages → render. It knows the interfaces of
 * the rooms and none of the rooms. Before the first event a failure is an HTTP error with the
 * right status; after it, it is the last event of the stream.
 */
import type { Context } from './context.ts';
import { foldCompletion } from './core/completion.ts';
import { GatewayError } from './core/error.ts';
import type { Sink } from './core/event.ts';
import { declaredParameters, makesMedia } from './core/model.ts';
import type { AnswerIdentity, ParsedRequest, Protocol } from './core/protocol.ts';
import type { GenerationRequest } from './core/request.ts';
import type { Upstream } from './core/upstream.ts';
import { generate } from './generation.ts';
import { readJsonBody } from './http/body.ts';
import { type Deadline, startDeadline } from './http/deadline.ts';
import { eventStream, type OutputBuffer, type Source } from './http/event-stream.ts';
import { lateJson } from './http/late-json.ts';
import type { ReplyHeaders } from './http/reply.ts';
import { together } from './http/together.ts';
import type { JsonValue } from './lib/json.ts';
import { headerList, headerWord } from './lib/text.ts';
import { callerKey } from './policy/access.ts';
import { resolveModelName } from './policy/model-name.ts';

/** Answers one request in one protocol's dialect. */
export async function exchange(
  context: Context,
  protocol: Protocol,
  upstream: Upstream,
): Promise<Response> {
  const { request, config, platform } = context;
  const key = callerKey(request.headers);
  const parsed = protocol.parse(await readJsonBody(request, config.maxRequestSize));
  const admitted = await admit(context, parsed, key);
  context.note({ model: admitted.request.model, upstream: upstream.name });

  const deadline = startDeadline(request.signal, config.timeout);
  const ask = (sink: Sink): Source =>
    generate({
      upstream,
      request: admitted.request,
      call: { baseUrl: config.poeBaseUrl, key, stream: admitted.streamed },
      sink,
      platform,
      idleTimeout: config.idleTimeout,
      signal: deadline.signal,
      onReply: (reply) => context.heardFromPoe(reply),
      unexpected: (cause) => context.unexpected(cause),
    });
  const answer: AnswerIdentity = {
    id: platform.randomId(),
    created: Math.floor(platform.now() / 1000),
    model: parsed.request.model || admitted.request.model,
  };
  const headers: ReplyHeaders = {
    'x-poeway-upstream': upstream.name,
    'x-poeway-model': headerWord(admitted.request.model),
    ...(admitted.ignored.length > 0 ? { 'x-poeway-ignored': headerList(admitted.ignored) } : {}),
  };

  try {
    return await (parsed.streamed ? replyStreamed : replyWhole)({
      context,
      protocol,
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

interface Exchange {
  readonly context: Context;
  readonly protocol: Protocol;
  readonly parsed: ParsedRequest;
  readonly answer: AnswerIdentity;
  /** Asks Poe for one choice; its events go into the sink. */
  readonly ask: (sink: Sink) => Source;
  readonly deadline: Deadline;
  readonly headers: ReplyHeaders;
}

interface Admitted {
  readonly request: GenerationRequest;
  readonly streamed: boolean;
  readonly ignored: readonly string[];
}

/** The model's name as Poe knows it, and only the parameters that this bot declares. */
async function admit(context: Context, parsed: ParsedRequest, key: string): Promise<Admitted> {
  const { config, catalogue, platform } = context;
  const { request } = parsed;
  let models = catalogue.peek(context.beside);
  // Poe's list is waited for only where the request depends on it: the bot's own parameters.
  if (Object.keys(request.parameters).length > 0) {
    models = await catalogue.load(key).catch((error: unknown) => {
      if (!(error instanceof GatewayError)) throw error;
      platform.log('warn', "Without Poe's model list a bot's own parameters are dropped.", {
        error: error.code,
      });
      return undefined;
    });
  }
  const model = resolveModelName(request.model, config.defaultModel, models);
  const card = models?.get(model);
  const { declared, undeclared } = declaredParameters(card, request.parameters);
  return {
    request: { ...request, model, parameters: declared },
    // Poe wants bots that make pictures, films and sound asked unstreamed.
    streamed: parsed.streamed && !(card && makesMedia(card)),
    ignored: [
      ...parsed.ignored,
      ...undeclared.map((name) => parsed.parameterFields.get(name) ?? name),
    ],
  };
}

async function replyWhole(exchanged: Exchange): Promise<Response> {
  const { context, headers } = exchanged;
  const { earlyStart } = context.config;
  const answered = completed(exchanged);
  if (earlyStart === undefined || (await settledWithin(answered, earlyStart)))
    return context.json(200, await answered, headers);
  return context.jsonStream(late(exchanged, answered), headers);
}

/** All of the answer, in the protocol's form. */
async function completed({ parsed, answer, ask, deadline }: Exchange): Promise<JsonValue> {
  const folds = Array.from({ length: parsed.choices }, () => foldCompletion());
  const source = together(folds.map(({ sink }) => ask(sink)));
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
  { context, protocol, deadline }: Exchange,
  answered: Promise<JsonValue>,
): ReadableStream<Uint8Array> {
  let outcome = 'finished';
  const json = answered
    .catch((cause: unknown) => {
      const error = cause instanceof GatewayError ? cause : context.unexpected(cause);
      deadline.abort(error);
      outcome = error.code;
      return protocol.error(error);
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
      if (outcome === 'client-gone')
        deadline.abort(new GatewayError('client-gone', 'The client left.'));
      else deadline.release();
      context.finishStreaming(outcome);
    },
  });
  return context.eventStream(body, headers);
}

async function untilOutput(source: Source, output: OutputBuffer): Promise<void> {
  while (output.text === '' && !source.over) await source.advance();
}

/** Waits until the work is done or so many milliseconds have passed. @returns Is it done? */
async function settledWithin(work: Promise<unknown>, milliseconds: number): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeUp = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), milliseconds);
  });
  try {
    return await Promise.race([work.then(() => true), timeUp]);
  } finally {
    clearTimeout(timer);
  }
}
