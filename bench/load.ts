/** Load on one subject: so many requests, so many at a time, and what it cost the subject. */
import { type Connection, open, type Outcome } from './connection.ts';
import type { Subject } from './subject.ts';

/** What is to be done. */
export interface Load {
  readonly request: Buffer;
  readonly concurrency: number;
  /** In all, not for each connection. */
  readonly requests: number;
}

/** What it took. */
export interface Cost {
  /** CPU time of the subject, in microseconds. */
  readonly cpu: number;
  readonly outcomes: readonly Outcome[];
}

/** Opens the connections, makes one request on each that does not count, then measures. */
export async function measure(subject: Subject, load: Load, warmUp: Buffer): Promise<Cost> {
  const connections = await Promise.all(
    Array.from({ length: load.concurrency }, () => open(subject.port)),
  );
  try {
    await Promise.all(connections.map((connection) => connection.send(warmUp)));
    const before = await subject.usage();
    const outcomes = await run(connections, load);
    const after = await subject.usage();
    return { cpu: after.cpu - before.cpu, outcomes };
  } finally {
    for (const connection of connections) connection.close();
  }
}

async function run(
  connections: readonly Connection[],
  { request, requests }: Load,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  let left = requests;
  await Promise.all(
    connections.map(async (connection) => {
      while (left > 0) {
        left -= 1;
        outcomes.push(await connection.send(request));
      }
    }),
  );
  return outcomes;
}
