/**
 * Calls that a bot wrote as text become calls. Text before a call streams on; only what may be the
 * beginning of a call waits, and a call leaves in one piece, once it is whole and checked.
 *
 * - What is read as a call: `tools/opener.ts` and `tools/read-calls.ts` list the spellings. Without
 *   a tag only a whole answer that names one of the tools counts.
 * - Text between two calls stays where it is. Text after the last one is dropped: a bot writes it
 *   without knowing the results, and clients have no place for it. A bot that writes results itself
 *   is not listened to any longer.
 * - A call that cannot be made is reported at the end of the answer, with all others.
 * - Where a call must be made, text waits for one: without it the text is not what was asked for. If
 *   none comes, JSON in the text is the call where it can be one (`tools/calls-in-json.ts`).
 */
import type { GenerationEvent, Sink } from '../event.ts';
import type { Tool, ToolCall } from '../request.ts';
import { callsInJson } from '../tools/calls-in-json.ts';
import { checkCall, type NamelessCall } from '../tools/check.ts';
import { readCalls } from '../tools/read-calls.ts';
import type { ToolFault } from '../tools/retry.ts';
import { splitAnswer } from '../tools/split-answer.ts';

/** What becomes of an answer with calls that cannot be made. */
export type FaultVerdict =
  /** It is asked for again: nothing more of this answer passes, not even its end. */
  | 'ask-again'
  /** The calls are given as the text they are. */
  | 'as-text'
  /** The same, but calls of known tools that only do not fit their schemas are given as calls. */
  | 'as-calls';

/** How to lift. */
export interface LiftOptions {
  /** False: only the first call counts. */
  readonly parallel: boolean;
  /** An answer without a call is a fault. */
  readonly required: boolean;
  readonly randomId: () => string;
  /** Called once at most, and last: what Poe may still send is not needed. */
  readonly onFault: (fault: ToolFault) => FaultVerdict;
  /**
   * In a second round, the calls of the first. They are not made again, and an apology before the
   * corrected call is dropped.
   */
  readonly earlier?: readonly ToolCall[] | undefined;
  /** In a second round, the text of the first that the client has: the same is not said again. */
  readonly told?: string | undefined;
}

type Finish = Extract<GenerationEvent, { type: 'finish' }>;

/** Said by the stage itself: the bot writes on after what it was allowed. */
const ENOUGH: Finish = { type: 'finish', reason: 'tool-calls', rawReason: 'tool-calls' };

const NO_CALL =
  'There is no call in the block. It must be <tool_call>{"name": "…", "arguments": {…}}</tool_call>.';
const CUT_CALL = 'The call was cut off before its end.';
const NONE_MADE = 'You must call a tool in this answer.';

/** @param tools Those that may be called (`callableTools`). */
export function liftToolCalls(tools: readonly Tool[], options: LiftOptions, next: Sink): Sink {
  const earlier = options.earlier ?? [];
  const made: ToolCall[] = [...earlier];
  const problems: string[] = [];
  /** The calls behind the problems, where there are any. */
  const unfit: NamelessCall[] = [];
  /** All that the bot wrote. */
  let said = '';
  /** What of it the client was told. */
  let told = '';
  /** White space that a call would make needless; where a call must be made, all text before it. */
  let blank = '';
  /** Written after a call or a fault, or in a second round: it is needed only if there is no call. */
  let tail = '';
  let keepTail = false;
  let over = false;

  const splitter = splitAnswer({
    text: say,
    block: take,
    bare(inside) {
      const checks = readCalls(inside, tools)?.map((call) => checkCall(call, tools)) ?? [];
      const isCall = checks.length > 0 && checks.every((check) => 'call' in check || check.unfit);
      if (isCall) take(inside, inside);
      return isCall;
    },
    cut: (raw) => fault(CUT_CALL, raw),
    invented() {
      if (made.length === earlier.length) return false;
      settle(ENOUGH);
      return true;
    },
  });

  function emit(text: string): void {
    if (text === '') return;
    told += text;
    next.event({ type: 'text-delta', text });
  }

  function say(text: string): void {
    if (over) return;
    if (options.earlier || made.length > 0 || problems.length > 0) {
      tail += text;
      return;
    }
    const shown = options.required ? '' : text.trimEnd();
    if (shown !== '') {
      emit(blank + shown);
      blank = '';
    }
    blank += text.slice(shown.length);
  }

  /** A whole block: its calls are made, or they are faults. @param raw The block as it was written. */
  function take(inside: string, raw: string): void {
    if (over) return;
    if (!options.parallel && made.length > 0) return settle(ENOUGH);
    const checks = readCalls(inside, tools)?.map((call) => checkCall(call, tools));
    if (!checks) return fault(NO_CALL, raw);
    for (const check of checks) if ('call' in check) make(check.call);
    const [first, ...more] = checks.flatMap((check) => ('problem' in check ? [check] : []));
    if (first) fault(first.problem, raw, first.unfit);
    for (const { problem, unfit: call } of more) fault(problem, '', call);
  }

  function fault(problem: string, raw: string, call?: NamelessCall): void {
    problems.push(problem);
    if (call) unfit.push(call);
    tail += blank + raw;
    blank = '';
  }

  function make(call: NamelessCall): void {
    const isRepeated = earlier.some(
      (other) => other.name === call.name && other.arguments === call.arguments,
    );
    if (isRepeated || (!options.parallel && made.length > 0)) return;
    if (problems.length === 0) {
      emit(made.length > earlier.length ? withoutNoise(tail) : blank.trimEnd());
      tail = '';
    }
    blank = '';
    const whole: ToolCall = { id: `call_${options.randomId()}`, ...call };
    next.event({ type: 'tool-call-delta', index: made.length, ...whole });
    made.push(whole);
  }

  function settle(finish: Finish): void {
    // Another round would be cut too, so half a call is text: the finish reason says why.
    const cutShort = finish.reason === 'length' || finish.reason === 'content-filter';
    if (finish === ENOUGH) splitter.stop();
    else splitter.end(cutShort);
    if (over) return;
    over = true;
    if (cutShort) keepTail = true;
    else if (options.required && made.length === 0) makeFromJson();
    if (problems.length > 0) {
      const verdict = cutShort ? 'as-text' : askWhat();
      if (verdict === 'ask-again') return;
      if (verdict === 'as-calls' && unfit.length === problems.length) giveUnfit();
      else keepTail = true;
    }
    if (made.length === 0 || keepTail) emit(afterFirstRound(blank + tail));
    const plain = finish.reason === 'stop' || finish.reason === 'other';
    next.event(made.length > 0 && plain ? { ...finish, reason: 'tool-calls' } : finish);
    next.end();
  }

  function makeFromJson(): void {
    if (problems.some((problem) => problem !== NO_CALL)) return;
    const { calls, problem } = callsInJson(said, tools);
    if (calls.length > 0) {
      problems.length = 0;
      tail = '';
      blank = options.earlier ? '' : said.slice(0, said.search(/`{3}|[<[{]/));
      for (const call of calls) make(call);
      return;
    }
    if (problems.length === 0) problems.push(NONE_MADE);
    if (problem) problems.push(problem);
  }

  function askWhat(): FaultVerdict {
    return options.onFault({ said, problems: [...problems], told, made: [...made] });
  }

  function afterFirstRound(text: string): string {
    const before = options.told?.trim() ?? '';
    if (before === '' || text.trim() === '') return text;
    return text.trim() === before ? '' : `\n\n${text.trimStart()}`;
  }

  function giveUnfit(): void {
    problems.length = 0;
    tail = '';
    for (const call of unfit) make(call);
  }

  /** The answer failed: what waited is given, but never half a call. */
  function fail(event?: GenerationEvent): void {
    emit(blank + splitter.waiting());
    over = true;
    if (event) next.event(event);
    next.end();
  }

  return {
    event(event: GenerationEvent) {
      if (over) return;
      if (event.type === 'text-delta') {
        said += event.text;
        return splitter.read(event.text);
      }
      if (event.type === 'finish') return settle(event);
      if (event.type === 'error') return fail(event);
      next.event(event);
    },
    end() {
      if (!over) fail();
    },
  };
}

/** Text between two calls, without what is left of fences and tags around them. */
function withoutNoise(text: string): string {
  return /^(?:\s|`{3}|<\/?(?:tool|function)_calls>)*$/.test(text) ? '' : text;
}
