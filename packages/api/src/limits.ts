/** Most calls in one tRPC batch; the server refuses more. */
export const maximumBatch = 50;
