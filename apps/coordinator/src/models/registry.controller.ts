import { createHash } from 'node:crypto';
import { Controller, Get, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ModelsService } from './models-service.ts';

/** What the inference service reads: every version, with an ETag so that asking often is cheap. */
@Controller('registry')
export class RegistryController {
  constructor(private readonly models: ModelsService) {}

  @Get('models')
  async list(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const body = JSON.stringify(await this.models.list());
    const etag = `"${createHash('sha256').update(body).digest('hex').slice(0, 32)}"`;
    reply.header('etag', etag).header('cache-control', 'private, no-cache');
    if (request.headers['if-none-match'] === etag) reply.code(304).send();
    else reply.type('application/json').send(body);
  }
}
