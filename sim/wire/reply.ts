/**
 * What goes out on the socket, as data: a status, headers, and a list of writes in which silence
 * and hanging up are items like any other. `play.ts` performs it; nothing here touches a socket.
 */

/** A silence on the wire, in milliseconds; `Infinity` lasts until somebody leaves. */
export interface Pause {
  readonly pause: number;
}

/** Destroys the socket, whatever was promised. */
export const HANG_UP = Symbol('hang up');

/** One act on the socket. Every string or byte array is its own socket write. */
export type Write = string | Uint8Array | Pause | typeof HANG_UP;

/** One HTTP reply, ready to be played. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Milliseconds before even the headers go out; `Infinity` never sends them. */
  readonly startAfter?: number;
  readonly writes: Iterable<Write>;
  /** May the body be sent in brotli to a client that asks for it, as Poe does. */
  readonly compressible?: boolean;
}

/** Silence for ever. */
export const SILENCE: Pause = { pause: Infinity };

/** A pause of so many milliseconds. */
export function pause(milliseconds: number): Pause {
  return { pause: milliseconds };
}

export function isPause(write: Write): write is Pause {
  return typeof write === 'object' && 'pause' in write;
}

/** A whole JSON reply. */
export function jsonReply(
  body: unknown,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): Reply {
  return {
    status,
    headers: { 'content-type': 'application/json', ...headers },
    writes: [JSON.stringify(body)],
    compressible: true,
  };
}
