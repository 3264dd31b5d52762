/** The timer goes off after so much silence while somebody waits, and only then. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { watchSilence } from '../../../src/http/silence.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function watched() {
  const onSilence = vi.fn<() => void>();
  return { onSilence, timer: watchSilence(1000, () => Date.now(), onSilence) };
}

describe('watchSilence', () => {
  it('says nothing while nobody waits', () => {
    const { onSilence } = watched();
    vi.advanceTimersByTime(10_000);
    expect(onSilence).not.toHaveBeenCalled();
  });

  it.each([0, 1, 500, 999, 1000, 1700])('goes off 1 s after a wait that begins at %i ms', (at) => {
    const { onSilence, timer } = watched();
    vi.advanceTimersByTime(at);
    timer.waiting();
    vi.advanceTimersByTime(999);
    expect(onSilence).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(onSilence).toHaveBeenCalledOnce();
  });

  it('goes off again after each further second', () => {
    const { onSilence, timer } = watched();
    timer.waiting();
    vi.advanceTimersByTime(3500);
    expect(onSilence).toHaveBeenCalledTimes(3);
  });

  it('begins anew with each wait', () => {
    const { onSilence, timer } = watched();
    for (let turn = 0; turn < 10; turn++) {
      timer.waiting();
      vi.advanceTimersByTime(900);
      timer.heard();
    }
    expect(onSilence).not.toHaveBeenCalled();
  });

  it('is quiet once stopped, and leaves no timer behind', () => {
    const { onSilence, timer } = watched();
    timer.waiting();
    timer.stop();
    expect(vi.getTimerCount()).toBe(0);
    vi.advanceTimersByTime(10_000);
    expect(onSilence).not.toHaveBeenCalled();
  });

  it('can be stopped by what it calls', () => {
    const timer = watchSilence(
      1000,
      () => Date.now(),
      () => timer.stop(),
    );
    timer.waiting();
    vi.advanceTimersByTime(1000);
    expect(vi.getTimerCount()).toBe(0);
  });
});
