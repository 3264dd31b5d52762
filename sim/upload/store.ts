/**
 * What was uploaded to this simulator, so that bots can say what they were given. Facts only (the
 * bytes are gone), bounded, in memory.
 */
import type { Content } from '../prompt.ts';

/** One upload. */
export interface Upload {
  readonly url: string;
  readonly filename: string;
  readonly contentType: string;
  /** Undefined when only an address was given: the simulator fetches nothing. */
  readonly content: Content | undefined;
}

const KEPT_UPLOADS = 1_000;

/** The last thousand uploads, and the names that were tried and failed. */
export class Uploads {
  /** Bytes above which a file is too large. */
  readonly limit: number;
  readonly #byUrl = new Map<string, Upload>();
  readonly #tried = new Set<string>();

  constructor(limit = Infinity) {
    this.limit = limit;
  }

  add(upload: Upload): void {
    this.#byUrl.delete(upload.url);
    this.#byUrl.set(upload.url, upload);
    const [oldest] = this.#byUrl.keys();
    if (this.#byUrl.size > KEPT_UPLOADS && oldest !== undefined) this.#byUrl.delete(oldest);
  }

  find(url: string): Upload | undefined {
    return this.#byUrl.get(url);
  }

  /** True the first, third, … time it is asked about a name: for what fails every other time. */
  failsNow(name: string): boolean {
    if (this.#tried.delete(name)) return false;
    if (this.#tried.size > KEPT_UPLOADS) this.#tried.clear();
    this.#tried.add(name);
    return true;
  }
}
