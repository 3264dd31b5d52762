/**
 * Poe's file upload: what a request's files need before a native call. The gateway decides which
 * part is uploaded how, and remembers what Poe has; nothing is sent from here.
 */
export { fileName, type FilePart, isOnPoe } from '../poe-shared/files.ts';
export { buildLinkedUpload, buildUpload } from './build.ts';
export { decodeDataUrl } from './data-url.ts';
export { readUpload } from './read.ts';
