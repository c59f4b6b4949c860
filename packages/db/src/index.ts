export * from './connect.ts';
export { Prisma, PrismaClient } from './generated/client.ts';
