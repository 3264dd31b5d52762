/** Poe's own counts are left alone; where it gives none there is an estimate that says it is one. */
import { describe, expect, it } from 'vitest';
import type { GenerationEvent, Usage } from '../../../../src/core/event.ts';
import { measureUsage } from '../../../../src/core/stages/measure-usage.ts';
import type { GenerationRequest } from '../../../../src/core/request.ts';
import { plainRequest, recordingSink } from '../../record.ts';

const OWN: Usage = { inputTokens: 9, outputTokens: 0, estimated: false };
const FINISH: GenerationEvent = { type: 'finish', reason: 'stop', rawReason: 'stop' };

function measured(
  events: readonly GenerationEvent[],
  request: GenerationRequest = plainRequest(),
): readonly GenerationEvent[] {
  const sink = recordingSink();
  const stage = measureUsage(request, sink);
  for (const event of events) stage.event(event);
  stage.end();
  expect(sink.ends).toBe(1);
  return sink.events;
}

function estimate(events: readonly GenerationEvent[], request?: GenerationRequest): Usage {
  const usages = measured([...events, FINISH], request).flatMap((event) =>
    event.type === 'usage' ? [event.usage] : [],
  );
  const [usage] = usages;
  if (!usage || usages.length > 1) throw new Error('not exactly one usage');
  return usage;
}

describe('measureUsage', () => {
  it("passes Poe's own counts on and adds none", () => {
    const usage: Usage = { inputTokens: 9, outputTokens: 0, estimated: false };
    const events: readonly GenerationEvent[] = [
      { type: 'text-delta', text: 'Hi' },
      { type: 'usage', usage },
      FINISH,
    ];
    expect(measured(events)).toEqual(events);
  });

  it('puts a marked estimate before the finish when Poe gives no counts', () => {
    const events = measured([{ type: 'text-delta', text: 'Hi' }, FINISH]);
    expect(events.map(({ type }) => type)).toEqual(['text-delta', 'usage', 'finish']);
    expect(events[1]).toMatchObject({ usage: { estimated: true } });
  });

  it('makes no estimate for an answer that fails', () => {
    expect(measured([{ type: 'text-delta', text: 'Hi' }])).toHaveLength(1);
  });

  it.each<{ what: string; events: readonly GenerationEvent[] }>([
    { what: "Poe's own counts", events: [{ type: 'usage', usage: OWN }, FINISH] },
    { what: 'its estimate', events: [{ type: 'text-delta', text: 'Hi' }, FINISH] },
  ])('tells who wants to know of $what once, as the client is told', ({ events }) => {
    const told: Usage[] = [];
    const sink = recordingSink();
    const stage = measureUsage(plainRequest(), sink, (usage) => told.push(usage));
    for (const event of events) stage.event(event);
    expect(told).toHaveLength(1);
    expect(sink.events).toContainEqual({ type: 'usage', usage: told[0] });
  });

  it('can say what an answer has used that goes no further', () => {
    const stage = measureUsage(plainRequest(), recordingSink());
    const before = stage.estimate();
    stage.event({ type: 'text-delta', text: 'several words of text' });
    expect(stage.estimate().outputTokens).toBeGreaterThan(before.outputTokens);
    expect(stage.estimate()).toMatchObject({ inputTokens: before.inputTokens, estimated: true });
  });

  it.each<{ what: string; event: GenerationEvent }>([
    { what: 'text', event: { type: 'text-delta', text: 'several words of text' } },
    { what: 'a refusal', event: { type: 'refusal-delta', text: 'several words of text' } },
    {
      what: 'a tool call',
      event: { type: 'tool-call-delta', index: 0, id: 'a', name: 'weather', arguments: '{"a":1}' },
    },
  ])('counts $what as output', ({ event }) => {
    expect(estimate([event]).outputTokens).toBeGreaterThan(estimate([]).outputTokens);
    expect(estimate([event]).reasoningTokens).toBe(0);
  });

  it('counts thinking as a part of the output', () => {
    const usage = estimate([{ type: 'reasoning-delta', text: 'several words of thought' }]);
    expect(usage.reasoningTokens).toBeGreaterThan(0);
    expect(usage.outputTokens).toBe(usage.reasoningTokens);
  });

  it('counts the same however the text is cut into pieces', () => {
    const pieces = ['inter', 'nation', 'ali', 'sation'];
    const split = pieces.map((text): GenerationEvent => ({ type: 'text-delta', text }));
    expect(estimate(split)).toEqual(estimate([{ type: 'text-delta', text: pieces.join('') }]));
  });

  it.each<{ what: string; more: Partial<GenerationRequest> }>([
    { what: 'tools', more: { tools: [{ name: 'weather', description: 'Tells the weather.' }] } },
    {
      what: 'earlier calls',
      more: {
        messages: [
          ...plainRequest().messages,
          {
            role: 'assistant',
            content: [],
            toolCalls: [{ id: 'a', name: 'weather', arguments: '{"city":"Oslo"}' }],
          },
        ],
      },
    },
  ])('counts $what as input', ({ more }) => {
    const plain = estimate([]).inputTokens;
    expect(plain).toBeGreaterThan(0);
    expect(estimate([], plainRequest(more)).inputTokens).toBeGreaterThan(plain);
  });

  it('counts a picture by what pictures cost, not by its bytes', () => {
    const counted = [10, 10_000].map((bytes) => {
      const url = `data:image/png;base64,${'A'.repeat(bytes)}`;
      const messages = [{ role: 'user', content: [{ type: 'image', url }] }] as const;
      return estimate([], plainRequest({ messages })).inputTokens;
    });
    expect(counted).toEqual([1500, 1500]);
  });
});

it('counts a request of fifty megabytes at a glance', () => {
  const text = 'word '.repeat(1_000_000);
  const content = Array.from({ length: 10 }, () => ({ type: 'text', text }) as const);
  const started = performance.now();
  const request = { ...plainRequest(), messages: [{ role: 'user', content } as const] };
  expect(estimate([], request).inputTokens).toBeGreaterThan(10_000_000);
  expect(performance.now() - started).toBeLessThan(3000);
});
