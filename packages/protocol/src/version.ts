/** Raised when a message changes in a way that an older peer cannot read. */
export const protocolVersion = 1;

/** Socket.IO namespaces of the coordinator. */
export const namespaces = { workers: '/workers', live: '/live' } as const;
