/**
 * `npm run bench`: Poeway's Node host beside a bare `node:http` pipe and beside its parts alone, all
 * in front of the same upstream. `--quick` takes about half a minute and is less exact.
 */
import { cpus } from 'node:os';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { measureBundle } from '../scripts/bundle.ts';
import { type Bundles, bundleAll } from './bundle.ts';
import { comparison, figure, HEAD, type Subjects } from './report.ts';
import {
  chunkCost,
  coldStart,
  type Effort,
  latency,
  peakMemory,
  requestCost,
  warmUp,
} from './scenarios.ts';
import { type Program, start, type Subject } from './subject.ts';
import { mebibytes, number, table } from './table.ts';

const FULL: Effort = {
  rounds: 11,
  requests: 4000,
  streams: 24,
  chunks: 1050,
  latencyRequests: 1500,
  coldStarts: 9,
};
const QUICK: Effort = {
  rounds: 5,
  requests: 1000,
  streams: 16,
  chunks: 450,
  latencyRequests: 150,
  coldStarts: 3,
};
const FLOOR = 'parts alone';
const WORKER_GOAL = 60 * 1024;
const MEMORY_GOAL = 150 * 1024 * 1024;

/** Names the values that the scenarios give in the order of the programs. */
function named<Value>(values: readonly Value[]): Subjects<Value> {
  const [pipe, floor, poeway] = values;
  if (pipe === undefined || floor === undefined || poeway === undefined)
    throw new Error('a subject was not measured');
  return { pipe, floor, poeway };
}

/** Progress goes to standard error: standard output is the report. */
function progress(step: string): void {
  console.error(`… ${step}`);
}

async function measureAll(
  programs: readonly Program[],
  subjects: readonly Subject[],
  effort: Effort,
): Promise<readonly (readonly string[])[]> {
  progress('warming up');
  await warmUp(subjects, effort);

  progress('CPU for each request');
  const requests = named(await requestCost(subjects, effort));
  progress('CPU for each chunk');
  const chunks = await chunkCost(subjects, effort);
  const chunkCpu = chunks.map((rounds) => rounds.map(({ cpu }) => cpu));
  const chunkReads = chunks.map((rounds) => Math.min(...rounds.map(({ reads }) => reads)));

  const latencies: (readonly string[])[] = [];
  for (const concurrency of [1, 16, 256]) {
    progress(`latency at concurrency ${concurrency}`);
    const measured = await latency(subjects, concurrency, effort);
    const texts = measured.map(({ p50, p99 }) => `${number(p50)} / ${number(p99)}`);
    latencies.push(figure(`latency p50 / p99 at ${concurrency}, ms`, named(texts)));
  }

  progress('memory at 1,000 open streams');
  // What holds a thousand streams open is of interest where somebody would: not in the parts alone.
  const held = programs.filter(({ name }) => name !== FLOOR);
  const [pipeMemory = 0, poewayMemory = 0] = await peakMemory(held);
  progress('cold starts');
  const starts = await coldStart(programs, effort);
  const { gzip: worker } = await measureBundle('worker');

  return [
    HEAD,
    comparison('CPU per request, µs', requests, 0.9),
    comparison('CPU per chunk, µs', named(chunkCpu), 1.3),
    figure('reads per chunk, least', named(chunkReads.map((reads) => number(reads, 2)))),
    ...latencies,
    figure(
      'peak memory, 1,000 streams',
      { pipe: mebibytes(pipeMemory), floor: '', poeway: mebibytes(poewayMemory) },
      { text: '≤ 150 MiB', met: poewayMemory <= MEMORY_GOAL },
    ),
    figure('cold start, ms', named(starts.map(({ median }) => number(median, 0)))),
    figure(
      'Workers bundle, gzip',
      { pipe: '', floor: '', poeway: `${number(worker / 1024)} KiB` },
      { text: '≤ 60 KiB', met: worker <= WORKER_GOAL },
    ),
  ];
}

async function run(bundles: Bundles, effort: Effort): Promise<void> {
  const running: Subject[] = [];
  const launch = async (program: Program): Promise<Subject> => {
    const subject = await start(program);
    running.push(subject);
    return subject;
  };
  try {
    const { probe } = bundles;
    const upstream = await launch({ name: 'upstream', file: bundles.upstream, probe, env: {} });
    const env = {
      HOST: '127.0.0.1',
      PORT: '0',
      POE_BASE_URL: `http://127.0.0.1:${upstream.port}`,
    };
    const programs = [
      { name: 'pipe', file: bundles.pipe, probe, env },
      { name: FLOOR, file: bundles.floor, probe, env },
      { name: 'Poeway', file: bundles.poeway, probe, env },
    ];
    const subjects = [];
    for (const program of programs) subjects.push(await launch(program));
    console.log(table(await measureAll(programs, subjects, effort)));
  } finally {
    for (const subject of running) await subject.stop();
  }
}

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
const [cpu] = cpus();
console.log(
  `Node ${process.versions.node}, ${cpus().length} × ${cpu?.model.trim() ?? 'unknown CPU'}\n`,
);
const bundles = await bundleAll();
try {
  await run(bundles, values.quick ? QUICK : FULL);
} finally {
  await bundles.remove();
}
