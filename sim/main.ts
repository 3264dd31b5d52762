/**
 * `npm run sim`: starts the simulator and says where it is and who lives there. Nothing but the
 * command line; everything else is in `server.ts`.
 */
import { parseArgs } from 'node:util';
import { bots } from './bots.ts';
import { startSimulator } from './server.ts';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '4777' },
    host: { type: 'string', default: '127.0.0.1' },
  },
});

const simulator = await startSimulator({ port: Number(values.port), host: values.host });
const width = Math.max(...bots.map((bot) => bot.name.length));

console.log(`The simulated Poe is at ${simulator.url}\n`);
for (const { name, description } of bots) console.log(`  ${name.padEnd(width)}  ${description}`);
console.log(`\nRequest log: ${simulator.url}/_sim/requests   Stop with Ctrl-C.`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    void simulator.close().then(() => process.exit(0));
  });
}
