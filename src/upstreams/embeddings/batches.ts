/**
 * Many texts → several calls, each with no more than the server takes. What it takes is found out where
 * it says that a call has too many: the next ones have half of that.
 */
import type { Embeddings } from '../../core/embedding.ts';
import { GatewayError } from '../../core/error.ts';

/** Calls of one request under way at once: Workers allow six connections. */
const AT_ONCE = 4;

/**
 * @param size Most inputs of one call, to begin with.
 * @param embed Makes one call; `too-large` means that fewer inputs may help.
 * @returns The vectors in the order of the inputs.
 * @throws Whatever a call throws, once, and begins no other; those under way are the caller's to end.
 */
export async function inBatches<Input>(
  inputs: readonly Input[],
  size: number,
  embed: (batch: readonly Input[]) => Promise<Embeddings>,
): Promise<Embeddings> {
  const vectors: ArrayLike<number>[] = [];
  /** The inputs that nobody has begun with, with their places. */
  const waiting = [...inputs.entries()];
  let most = size;
  let tokens: number | undefined = 0;

  async function work(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting.splice(0, most);
      try {
        const made = await embed(batch.map(([, input]) => input));
        for (const [index, [place]] of batch.entries()) vectors[place] = made.vectors[index] ?? [];
        tokens =
          tokens === undefined || made.tokens === undefined ? undefined : tokens + made.tokens;
      } catch (error) {
        const isTooMany = error instanceof GatewayError && error.kind === 'too-large';
        if (!isTooMany || batch.length === 1) {
          waiting.length = 0;
          throw error;
        }
        most = Math.min(most, Math.ceil(batch.length / 2));
        waiting.unshift(...batch);
        // The others may have found nothing to do: all begin anew.
        return;
      }
    }
  }

  while (waiting.length > 0) await Promise.all(Array.from({ length: AT_ONCE }, work));
  return { vectors, tokens };
}
