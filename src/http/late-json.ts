/**
 * The body of a JSON reply that has begun before its JSON is there: white space, which JSON allows
 * before a value, until then. So hosts and proxies with a deadline for a reply's first byte, or for
 * the next one, do not take a slow bot for a dead server.
 */

const WHITE_SPACE = new TextEncoder().encode(' ');

/**
 * @param json Must not reject.
 * @param keepAlive Milliseconds between two pieces of white space.
 * @param onGone Called when the client leaves before it has the whole.
 */
export function lateJson(
  json: Promise<string>,
  keepAlive: number,
  onGone: () => void,
): ReadableStream<Uint8Array> {
  let timer: ReturnType<typeof setInterval>;
  let gone = false;
  return new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(WHITE_SPACE);
      timer = setInterval(() => {
        // One piece may wait for a client that does not read, no more.
        if ((controller.desiredSize ?? 0) > 0) controller.enqueue(WHITE_SPACE);
      }, keepAlive);
      void json.then((text) => {
        clearInterval(timer);
        if (gone) return;
        controller.enqueue(new TextEncoder().encode(text));
        controller.close();
      });
    },
    cancel() {
      gone = true;
      clearInterval(timer);
      onGone();
    },
  });
}
