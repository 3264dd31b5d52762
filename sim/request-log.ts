/**
 * The log of what the simulator was asked, for tests to read and to wait on. Bounded, in memory.
 */

/** How a request ended; `aborted` = the client's socket closed before our reply ended. */
export type Outcome = 'open' | 'finished' | 'aborted';

/** One request as it arrived, and how it ended. */
export interface RecordedRequest {
  readonly method: string;
  /** With the query string. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /**
   * Parsed JSON, or raw text, or undefined; above 1 MB only `{ truncated: true, bytes }`. Of a form
   * its fields, and of a file in it `{ filename, content_type, size, sha256 }`.
   */
  readonly body: unknown;
  /** Milliseconds since the epoch. */
  readonly receivedAt: number;
  outcome: Outcome;
}

type Predicate = (request: RecordedRequest) => boolean;

interface Waiter {
  readonly predicate: Predicate;
  readonly resolve: (request: RecordedRequest) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

const KEPT_REQUESTS = 1_000;

function lineOf({ method, path, outcome, body }: RecordedRequest): string {
  return `  ${method} ${path} ${outcome} ${(JSON.stringify(body) ?? '').slice(0, 200)}`;
}

/** The last thousand requests, oldest first. */
export class RequestLog {
  readonly entries: RecordedRequest[] = [];
  readonly #waiters = new Set<Waiter>();

  add(request: RecordedRequest): void {
    this.entries.push(request);
    if (this.entries.length > KEPT_REQUESTS) this.entries.shift();
    this.#announce(request);
  }

  /** Settles how a request ended, once: the first outcome stands. */
  settle(request: RecordedRequest, outcome: Outcome): void {
    if (request.outcome !== 'open') return;
    request.outcome = outcome;
    this.#announce(request);
  }

  clear(): void {
    this.entries.length = 0;
  }

  /** The first logged request that satisfies the predicate, now or within `timeoutMs`. */
  waitFor(predicate: Predicate, timeoutMs: number): Promise<RecordedRequest> {
    const found = this.entries.find(predicate);
    if (found) return Promise.resolve(found);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiters.delete(waiter);
        reject(
          new Error(`no such request within ${timeoutMs} ms; the log holds:\n${this.#lines()}`),
        );
      }, timeoutMs);
      const waiter: Waiter = { predicate, resolve, reject, timer };
      this.#waiters.add(waiter);
    });
  }

  /** Turns away everyone who still waits. */
  close(): void {
    for (const waiter of this.#waiters) {
      clearTimeout(waiter.timer);
      waiter.reject(new Error('the simulator was closed while a test waited for a request'));
    }
    this.#waiters.clear();
  }

  #announce(request: RecordedRequest): void {
    for (const waiter of this.#waiters) {
      if (!waiter.predicate(request)) continue;
      this.#waiters.delete(waiter);
      clearTimeout(waiter.timer);
      waiter.resolve(request);
    }
  }

  #lines(): string {
    return this.entries.map(lineOf).join('\n') || '  (nothing)';
  }
}
