import { join } from 'node:path';

/** The root of the checkout; both `src` and `dist` lie three folders below it. */
export const projectRoot = join(import.meta.dirname, '../../..');
