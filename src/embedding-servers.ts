/**
 * Who makes the vectors for a request: Poe where its list says so, else the server that is set, else
 * Cloudflare's own. Each is asked in its own way, and only Poe with the caller's key.
 */
import type { Context } from './context.ts';
import type { EmbeddingInput, EmbeddingRequest, Embeddings } from './core/embedding.ts';
import { GatewayError } from './core/error.ts';
import type { ReplyHead, UpstreamCall } from './core/upstream.ts';
import { connectionError, readReplyText } from './http/call.ts';
import { settledWithin } from './lib/time.ts';
import type { Platform, WorkersAi } from './platform.ts';
import { resolveModelName } from './policy/model-name.ts';
import {
  buildEmbeddings,
  EMBEDDINGS_LIMIT,
  embeddingsUrl,
  readEmbeddings,
  readEmbeddingsError,
  readWorkersAi,
  readWorkersAiError,
  WORKERS_AI_BATCH,
  WORKERS_AI_MODEL,
  workersAiInput,
} from './upstreams/embeddings/index.ts';
import { readPoeErrorReply } from './upstreams/poe-shared/error.ts';

/** What Poe's list is waited for, in milliseconds: no bot of it makes embeddings today. */
const SHORT_WAIT = 1000;
/** A refusal is read no further than this, in bytes. */
const ERROR_BODY_LIMIT = 64 * 1024;

/** One that makes vectors. */
export interface EmbeddingServer {
  /** Shown in `x-poeway-upstream`. */
  readonly name: string;
  /** What it is asked for. */
  readonly model: string;
  /** Inputs of one call. */
  readonly batchSize: number;
  /** It is asked with the caller's key, and judges it. */
  readonly isPoe?: boolean;
  /** Fields of the request that it is not told. */
  readonly ignored: readonly string[];
  /** Makes one call; `too-large` means that fewer inputs may help. */
  embed(inputs: readonly EmbeddingInput[], signal: AbortSignal): Promise<Embeddings>;
}

/** @throws {GatewayError} `not-supported` where there is none; it says how to name one. */
export async function chooseEmbeddingServer(
  context: Context,
  asked: EmbeddingRequest,
  key: () => Promise<string>,
): Promise<EmbeddingServer> {
  const { config, platform } = context;
  const bot = await poeBot(context, asked.model);
  if (bot !== undefined) return poe(context, { ...asked, model: bot }, await key());
  const { embeddingsModel, embeddingsBaseUrl, defaultEmbeddingsModel } = config;
  if (embeddingsBaseUrl !== undefined) {
    const model = embeddingsModel ?? (asked.model || defaultEmbeddingsModel);
    return openaiServer(context, { ...asked, model }, embeddingsBaseUrl);
  }
  if (platform.ai) {
    const isOwn = /^@(cf|hf)\//.test(asked.model);
    const model = embeddingsModel ?? (isOwn ? asked.model : WORKERS_AI_MODEL);
    return workersAi(context, { ...asked, model }, platform.ai);
  }
  throw new GatewayError(
    'not-supported',
    'Poe has no embeddings. Whoever runs this gateway can name a server that has: set EMBEDDINGS_BASE_URL to any OpenAI-compatible one (with EMBEDDINGS_API_KEY and EMBEDDINGS_MODEL), or on Cloudflare bind Workers AI as AI.',
  );
}

/** The bot's name at Poe, should Poe list one of this name that makes embeddings. */
async function poeBot(
  { catalogue, config, beside }: Context,
  wanted: string,
): Promise<string | undefined> {
  if (catalogue.isMissing()) {
    const loading = catalogue.renew();
    beside(loading);
    await settledWithin(loading, SHORT_WAIT);
  }
  const models = catalogue.peek(beside);
  const name = resolveModelName(wanted, config.defaultEmbeddingsModel, models);
  const endpoints = models?.get(name)?.entry['supported_endpoints'];
  return Array.isArray(endpoints) && endpoints.includes('/v1/embeddings') ? name : undefined;
}

function poe(context: Context, asked: EmbeddingRequest, key: string): EmbeddingServer {
  const { config, platform } = context;
  const url = `${config.poeBaseUrl}/v1/embeddings`;
  const known = { ...asked, user: undefined, others: {} };
  return {
    name: 'poe-embeddings',
    model: asked.model,
    batchSize: config.embeddingsBatchSize,
    isPoe: true,
    ignored: beyondOpenai(asked),
    embed: (inputs, signal) =>
      ask(platform, buildEmbeddings(known, inputs, { url, key }), inputs.length, signal, {
        name: 'Poe',
        onReply: (reply) => context.heardFromPoe(reply),
        readError: (reply, body) => readPoeErrorReply(reply, body, key),
      }),
  };
}

function openaiServer(
  { config, platform }: Context,
  asked: EmbeddingRequest,
  base: string,
): EmbeddingServer {
  const server = { url: embeddingsUrl(base), key: config.embeddingsApiKey };
  return {
    name: 'embeddings',
    model: asked.model,
    batchSize: config.embeddingsBatchSize,
    ignored: [],
    embed: (inputs, signal) =>
      ask(platform, buildEmbeddings(asked, inputs, server), inputs.length, signal, {
        name: 'The embeddings server',
        readError: (reply, body) => readEmbeddingsError(reply, body, server),
      }),
  };
}

function workersAi({ config }: Context, asked: EmbeddingRequest, ai: WorkersAi): EmbeddingServer {
  // What it cannot take is said before anything is asked.
  workersAiInput(asked.inputs);
  return {
    name: 'workers-ai',
    model: asked.model,
    batchSize: Math.min(config.embeddingsBatchSize, WORKERS_AI_BATCH),
    ignored: beyondOpenai(asked),
    async embed(inputs, signal) {
      try {
        const output = await unlessAborted(ai.run(asked.model, workersAiInput(inputs)), signal);
        return readWorkersAi(output, inputs.length);
      } catch (cause) {
        throw signal.aborted ? inTheNameOf('Workers AI', signal.reason) : readWorkersAiError(cause);
      }
    },
  };
}

/** What only some servers know. */
function beyondOpenai({ user, others }: EmbeddingRequest): readonly string[] {
  return [...(user === undefined ? [] : ['user']), ...Object.keys(others)];
}

/** The binding takes no signal: what it still does is not waited for. */
async function unlessAborted(work: Promise<unknown>, signal: AbortSignal): Promise<unknown> {
  let leave: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    leave = () => reject(signal.reason);
    if (signal.aborted) leave();
    signal.addEventListener('abort', leave);
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    if (leave) signal.removeEventListener('abort', leave);
  }
}

interface Asked {
  /** Begins the sentence that says how the connection failed. */
  readonly name: string;
  onReply?(reply: ReplyHead): void;
  readError(reply: ReplyHead, body: string): GatewayError;
}

/** One HTTP call. */
async function ask(
  { send }: Platform,
  call: UpstreamCall,
  count: number,
  signal: AbortSignal,
  server: Asked,
): Promise<Embeddings> {
  const { reply, body, isGood } = await exchange().catch((cause: unknown) => {
    throw inTheNameOf(server.name, signal.aborted ? signal.reason : cause);
  });
  if (!isGood) throw server.readError(reply, body);
  return readEmbeddings(body, count);

  async function exchange(): Promise<{ reply: ReplyHead; body: string; isGood: boolean }> {
    const head = await send(call, signal);
    server.onReply?.(head);
    const isFine = head.status >= 200 && head.status <= 299;
    const text = await readReplyText(head, isFine ? EMBEDDINGS_LIMIT : ERROR_BODY_LIMIT);
    return { reply: head, body: text, isGood: isFine };
  }
}

/** What went wrong on the way is elsewhere said of Poe. */
function inTheNameOf(name: string, cause: unknown): GatewayError {
  const { kind, message } = connectionError(cause, 'before');
  return new GatewayError(kind, message.replace(/^Poe\b/, name));
}
