/** `npm run demo`: `poeway demo` from the sources. */
import process from 'node:process';
import { parseArgs } from 'node:util';
import { demo } from '../cli/demo.ts';

const { values } = parseArgs({ options: { once: { type: 'boolean', default: false } } });

process.exit(await demo(values.once));
