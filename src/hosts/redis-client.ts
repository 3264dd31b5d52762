/** The part of Redis's client that is used; why it has a file is said in `yaml.ts`. */
export { createClient } from '@redis/client';
