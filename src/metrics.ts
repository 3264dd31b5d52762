/**
 * What this instance has done so far, counted for Prometheus and in its words. Labels are of our own
 * making or bounded, since every new one is memory.
 *
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/
 */
import { boundedNames } from './lib/recent.ts';
import type { LogFields } from './platform.ts';

/** Bots that have a line of their own; all further ones are `other`. */
const MOST_MODELS = 500;

/** Upper bounds, in seconds. */
const BUCKETS = [0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, Infinity];

const ENDPOINT =
  /^(?:\/v1)?(\/(?:chat\/completions|completions|responses|messages|embeddings|models|usage|health|metrics))(?:\/|$)/;

const FAMILIES = {
  poeway_requests_total: ['counter', 'Requests that were answered, by endpoint and status.'],
  poeway_requests_open: ['gauge', 'Requests that are being answered.'],
  poeway_request_seconds: ['histogram', 'From a request to the last byte of its reply.'],
  poeway_answers_total: ['counter', 'Answers of bots, by the way they were asked and their end.'],
  poeway_tokens_total: ['counter', 'Tokens, of which some are estimated.'],
  poeway_points_total: ['counter', 'Points that answers are thought to have cost.'],
  poeway_retries_total: ['counter', 'Calls to Poe that were tried again.'],
  poeway_keys: ['gauge', 'Keys of the pool by their state.'],
} as const;

type Family = keyof typeof FAMILIES;
type Labels = Readonly<Record<string, string | number>>;

/** How long the requests to one endpoint took: how many of them in each of {@link BUCKETS}. */
interface Times {
  readonly counts: number[];
  seconds: number;
}

/** One for an app. */
export interface Metrics {
  /** A request has come. */
  begin(): void;
  /** Its reply has ended; the fields are those of its log line. */
  end(fields: LogFields, status: number, milliseconds: number): void;
  /** All that was counted. */
  text(): string;
}

/**
 * Counts from 0.
 *
 * @param keyStates What is known of each key of the pool, in a word.
 */
export function createMetrics(keyStates: () => readonly string[]): Metrics {
  const series = new Map<string, number>();
  /** By endpoint; written as series only when somebody asks, since each has a dozen. */
  const times = new Map<string, Times>();
  /** What clients call a bot may be anything; what Poe has answered as is one of its own. */
  const modelOf = boundedNames(MOST_MODELS);
  let open = 0;

  function add(name: string, labels: Labels, by = 1): void {
    const key = name + written(labels);
    series.set(key, (series.get(key) ?? 0) + by);
  }

  function addTime(endpoint: string, seconds: number): void {
    const time = times.get(endpoint) ?? { counts: BUCKETS.map(() => 0), seconds: 0 };
    times.set(endpoint, time);
    const bucket = BUCKETS.findIndex((most) => seconds <= most);
    time.counts[bucket] = (time.counts[bucket] ?? 0) + 1;
    time.seconds += seconds;
  }

  function writeTimes(into: Map<string, number>): void {
    for (const [endpoint, { counts, seconds }] of times) {
      let count = 0;
      for (const [bucket, most] of BUCKETS.entries()) {
        count += counts[bucket] ?? 0;
        const le = most === Infinity ? '+Inf' : most;
        into.set(`poeway_request_seconds_bucket${written({ endpoint, le })}`, count);
      }
      into.set(`poeway_request_seconds_sum${written({ endpoint })}`, seconds);
      into.set(`poeway_request_seconds_count${written({ endpoint })}`, count);
    }
  }

  return {
    begin() {
      open += 1;
    },
    end(fields, status, milliseconds) {
      open -= 1;
      const endpoint = ENDPOINT.exec(String(fields['path']))?.[1] ?? 'other';
      add('poeway_requests_total', { endpoint, status });
      addTime(endpoint, milliseconds / 1000);
      const { upstream, outcome = 'finished', retries, points, token = 'own key' } = fields;
      if (typeof retries === 'number') add('poeway_retries_total', {}, retries);
      if (typeof points === 'number') add('poeway_points_total', { caller: String(token) }, points);
      if (upstream === undefined) return;
      const model = modelOf(String(fields['model']).toLowerCase(), status === 200);
      add('poeway_answers_total', { model, upstream: String(upstream), outcome: String(outcome) });
      for (const [kind, tokens] of [
        ['input', fields['inputTokens']],
        ['output', fields['outputTokens']],
      ] as const)
        if (typeof tokens === 'number') add('poeway_tokens_total', { model, kind }, tokens);
    },
    text() {
      const now = new Map(series).set('poeway_requests_open', open);
      writeTimes(now);
      for (const state of keyStates()) {
        const key = `poeway_keys${written({ state })}`;
        now.set(key, (now.get(key) ?? 0) + 1);
      }
      const lines = (Object.keys(FAMILIES) as Family[]).flatMap((family) => {
        const [type, help] = FAMILIES[family];
        const own = [...now].filter(([key]) => familyOf(key) === family);
        if (own.length === 0) return [];
        const head = [`# HELP ${family} ${help}`, `# TYPE ${family} ${type}`];
        return head.concat(own.map(([key, value]) => `${key} ${value}`));
      });
      return `${lines.join('\n')}\n`;
    },
  };
}

function familyOf(key: string): string {
  return key.replace(/\{.*/, '').replace(/^(poeway_request_seconds)_.*/, '$1');
}

function written(labels: Labels): string {
  const parts = Object.entries(labels).map(
    ([name, value]) =>
      `${name}="${String(value).replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n')}"`,
  );
  return parts.length > 0 ? `{${parts.join(',')}}` : '';
}
