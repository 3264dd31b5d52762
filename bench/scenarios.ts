/**
 * What is measured, one function each. Subjects take turns within every round, so that a machine
 * that gets slower or busier does so for all of them.
 */
import { type Cost, type Load, measure } from './load.ts';
import { streamRequest, WHOLE_REQUEST } from './request.ts';
import { percentile, type Summary, summarise } from './statistics.ts';
import { type Program, start, type Subject } from './subject.ts';

/** How much is done: the ratio of trust to time. */
export interface Effort {
  readonly rounds: number;
  /** Requests of a round. */
  readonly requests: number;
  /** Streams of a round, all open at once. */
  readonly streams: number;
  /** Chunks of the longer streams. */
  readonly chunks: number;
  readonly latencyRequests: number;
  readonly coldStarts: number;
}

/** One value for each subject, in their order. */
export type PerSubject<Value> = readonly Value[];

const CONCURRENCY = 16;
const FEW_CHUNKS = 50;
/** Milliseconds between the chunks of a stream: long enough that nobody falls behind. */
const CHUNK_GAP = 1;
/** What Poeway and the upstream say beside the text: role, finish, usage, `[DONE]`, the end. */
const FRAMES_AROUND = 4;
const OPEN_STREAMS = 1000;
/** Slow enough that the last stream opens before the first ends. */
const OPEN_STREAM_GAP = 400;
const SHORT_STREAM = streamRequest(3, CHUNK_GAP);

/** Runs everything often enough that it is compiled before it is measured. */
export async function warmUp(subjects: readonly Subject[], effort: Effort): Promise<void> {
  for (const subject of subjects) {
    await measureRequests(subject, CONCURRENCY, 2 * effort.requests);
    // Many short streams compile what is done once for each stream, few long ones the rest.
    await measure(
      subject,
      { request: SHORT_STREAM, concurrency: CONCURRENCY, requests: effort.requests },
      SHORT_STREAM,
    );
    await measureStreams(subject, effort.chunks, effort.streams);
  }
}

function measureRequests(subject: Subject, concurrency: number, requests: number): Promise<Cost> {
  return measure(subject, { request: WHOLE_REQUEST, concurrency, requests }, WHOLE_REQUEST);
}

function measureStreams(subject: Subject, chunks: number, streams: number): Promise<Cost> {
  const load: Load = {
    request: streamRequest(chunks, CHUNK_GAP),
    concurrency: streams,
    requests: streams,
  };
  return measure(subject, load, SHORT_STREAM);
}

/** Takes `rounds` values from each subject, by turns. */
async function interleave<Value>(
  subjects: readonly Subject[],
  rounds: number,
  take: (subject: Subject) => Promise<Value>,
): Promise<PerSubject<readonly Value[]>> {
  const values: Value[][] = subjects.map(() => []);
  for (let round = 0; round < rounds; round += 1)
    for (const [index, subject] of subjects.entries()) values[index]?.push(await take(subject));
  return values;
}

/** CPU microseconds of a whole answer. */
export async function requestCost(
  subjects: readonly Subject[],
  { rounds, requests }: Effort,
): Promise<PerSubject<readonly number[]>> {
  return await interleave(
    subjects,
    rounds,
    async (subject) => (await measureRequests(subject, CONCURRENCY, requests)).cpu / requests,
  );
}

/** The cost of a chunk, and a proof that it was one. */
export interface ChunkCost {
  /** CPU microseconds. */
  readonly cpu: number;
  /** Socket reads of the client for each chunk: about 1 when chunks arrived one by one. */
  readonly reads: number;
}

/** The slope between short and long streams: what a stream costs as a request cancels out. */
export async function chunkCost(
  subjects: readonly Subject[],
  { rounds, streams, chunks }: Effort,
): Promise<PerSubject<readonly ChunkCost[]>> {
  return await interleave(subjects, rounds, async (subject) => {
    const few = await measureStreams(subject, FEW_CHUNKS, streams);
    const many = await measureStreams(subject, chunks, streams);
    const reads = many.outcomes.reduce((sum, outcome) => sum + outcome.reads, 0);
    return {
      cpu: (many.cpu - few.cpu) / (streams * (chunks - FEW_CHUNKS)),
      reads: reads / (streams * (chunks + FRAMES_AROUND)),
    };
  });
}

/** Milliseconds of a whole answer as the client sees it. */
export async function latency(
  subjects: readonly Subject[],
  concurrency: number,
  { latencyRequests }: Effort,
): Promise<PerSubject<{ readonly p50: number; readonly p99: number }>> {
  const rounds = await interleave(subjects, 3, async (subject) => {
    const { outcomes } = await measureRequests(subject, concurrency, latencyRequests);
    return outcomes.map(({ milliseconds }) => milliseconds);
  });
  return rounds.map((values) => ({
    p50: percentile(values.flat(), 50),
    p99: percentile(values.flat(), 99),
  }));
}

/** Peak bytes of a new process while it holds a thousand open streams. */
export async function peakMemory(programs: readonly Program[]): Promise<PerSubject<number>> {
  const peaks: number[] = [];
  for (const program of programs) {
    const subject = await start(program);
    try {
      const load = { request: streamRequest(3, OPEN_STREAM_GAP), concurrency: OPEN_STREAMS };
      await measure(subject, { ...load, requests: OPEN_STREAMS }, SHORT_STREAM);
      peaks.push((await subject.usage()).peakMemory);
    } finally {
      await subject.stop();
    }
  }
  return peaks;
}

/** Milliseconds from the start of a process to the end of its first answer. */
export async function coldStart(
  programs: readonly Program[],
  { coldStarts }: Effort,
): Promise<PerSubject<Summary>> {
  const times: number[][] = programs.map(() => []);
  for (let round = 0; round < coldStarts; round += 1)
    for (const [index, program] of programs.entries()) {
      const startedAt = performance.now();
      const subject = await start(program);
      try {
        await measureRequests(subject, 1, 0);
        times[index]?.push(performance.now() - startedAt);
      } finally {
        await subject.stop();
      }
    }
  return times.map(summarise);
}
