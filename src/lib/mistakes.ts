/** What is wrong with a value of several parts, where "must be …" would not say which part, and why. */

/** Given in place of the value. */
export class Mistakes {
  /** Each completes "NAME: …", without a full stop, and never has a part of the value in it. */
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    this.problems = problems;
  }
}
