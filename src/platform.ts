/**
 * The one seam between the gateway and the place it runs in. A host fills it; tests fill it with
 * what they need. Nothing else in `src/` (but `hosts/`) touches a runtime's own API.
 */
import type { ReplyHead, UpstreamCall } from './core/upstream.ts';
import type { StoreOpeners } from './stores/store.ts';

/** What a host gives. */
export interface Platform {
  /**
   * One call to Poe. Resolves when the reply's head is there; rejects when there is none, and with
   * the signal's reason when the signal aborts, which also ends a body that is still being read.
   */
  send(call: UpstreamCall, signal: AbortSignal): Promise<UpstreamReply>;
  /** The class of replies: the standard one, or one of the host's that its server sends faster. */
  readonly Response: ReplyClass;
  /** Where the host has mounted the app, if not at the root: what stands before its paths (`/edge`). */
  readonly basePath?: string | undefined;
  /** Milliseconds since 1970. */
  now(): number;
  /** 24 hexadecimal digits, unguessable. */
  randomId(): string;
  /** SHA-256. */
  digest(bytes: Uint8Array<ArrayBuffer>): Promise<ArrayBuffer>;
  /** Workers AI, where the host has it: it makes embeddings. */
  readonly ai?: WorkersAi | undefined;
  /** Limits that the host itself counts, by token and by address, where its owner has set them up. */
  readonly limiters?: Limiters | undefined;
  /** The stores that this host can open, beside those that every host has. */
  readonly stores?: StoreOpeners | undefined;
  log(level: LogLevel, message: string, fields?: LogFields): void;
}

/** Cloudflare's binding of that name, as far as it is used. */
export interface WorkersAi {
  run(model: string, input: unknown): Promise<unknown>;
}

/** Cloudflare's rate limiters, by what they count. */
export type Limiters = Readonly<Partial<Record<'token' | 'address', Limiter | undefined>>>;

/** Cloudflare's binding of that kind. @see https://developers.cloudflare.com/workers/runtime-apis/bindings/rate-limit/ */
export interface Limiter {
  limit(options: { readonly key: string }): Promise<{ readonly success: boolean }>;
}

/** Is given work that goes on when the reply has left. The work must not reject. */
export type Beside = (work: Promise<void>) => void;

/** What a host knows of one request beside the request itself. */
export interface Visit {
  /** The client's IP address. */
  readonly address?: string | undefined;
  /** Keeps the host running for work that goes on when the reply has left. */
  readonly waitUntil?: Beside;
}

/** The part of `Response`'s constructor that is used. */
export type ReplyClass = new (body: BodyInit | null, init?: ResponseInit) => Response;

/** A reply whose body is read one network chunk at a time. */
export interface UpstreamReply extends ReplyHead {
  /** The next chunk; undefined at the end. Rejects when the connection breaks. */
  read(): Promise<Uint8Array | undefined>;
  /** No more is wanted and the rest is short: the connection may be kept for the next call. */
  discard(): void;
  /** No more is wanted: Poe is told at once, by closing the connection. */
  cancel(): void;
}

/** From the most to the least urgent. */
export const LOG_LEVELS = ['error', 'warn', 'info', 'debug'] as const;

/** How urgent a log line is. */
export type LogLevel = (typeof LOG_LEVELS)[number];

/** What a log line says beside its message: never a key, never a message's text. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;
