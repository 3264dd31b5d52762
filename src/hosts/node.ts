/** Node: the server that `npm start` runs. */
import process from 'node:process';
import { serveUntilSignal } from './node-server.ts';
import { startServer } from './server-process.ts';

startServer(() => serveUntilSignal(process.env, { folder: '.' }));
