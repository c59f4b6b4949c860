import path from 'node:path';
import type { NextConfig } from 'next';

/**
 * In production a browser speaks to the coordinator's port only, and the coordinator hands
 * pages on to this server. `next dev` stands in front instead and hands the rest back.
 */
const coordinatorUrl = process.env['COORDINATOR_URL']?.replace(/\/$/, '');
const isDevelopment = process.env.NODE_ENV === 'development';

const config: NextConfig = {
  agentRules: false,
  devIndicators: false,
  poweredByHeader: false,
  reactStrictMode: true,
  skipTrailingSlashRedirect: true,
  turbopack: { root: path.join(import.meta.dirname, '../..') },
  ...(isDevelopment && coordinatorUrl !== undefined
    ? {
        rewrites: async () =>
          ['trpc', 'socket.io', 'session', 'uploads', 'v2', 'artifacts'].flatMap((room) => [
            { source: `/${room}`, destination: `${coordinatorUrl}/${room}` },
            { source: `/${room}/:path*`, destination: `${coordinatorUrl}/${room}/:path*` },
          ]),
      }
    : {}),
};

export default config;
