/**
 * Loaded into every measured process before its own code (`node --import`): says on request what
 * the operating system has counted for the process. It costs nothing while it is not asked.
 */
import process from 'node:process';

/** The accounts of one process, since its start. */
export interface Usage {
  /** CPU time of all threads, user and system, in microseconds. From `getrusage`. */
  readonly cpu: number;
  /** The most memory that was ever resident, in bytes. */
  readonly peakMemory: number;
  /** What is resident now, in bytes. */
  readonly memory: number;
}

process.on('message', () => {
  const { user, system } = process.cpuUsage();
  const usage: Usage = {
    cpu: user + system,
    peakMemory: process.resourceUsage().maxRSS * 1024,
    memory: process.memoryUsage.rss(),
  };
  process.send?.(usage);
});
